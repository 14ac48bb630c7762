import { type BenchDatabase, connectAsAdmin, urlFor } from '../database';
import { drawValues, type Values } from '../query/values';
import type { OrganizationKind } from '../result';
import type { BenchServer } from '../server';
import { type Explainer, openExplainer } from './plan';
import { type FloorSession, openFloors, openNodes, openWorker, type Session } from './session';

/** One organization of one database, with everything open that it is measured with. */
export interface Site {
	database: BenchDatabase;
	values: Values;
	app: Session;
	tenant: Session;
	worker: Session;
	floors: FloorSession;
	explainers: { app: Explainer; tenant: Explainer; worker: Explainer; floor: Explainer };
}

export async function openSite(
	server: BenchServer,
	database: BenchDatabase,
	kind: OrganizationKind,
): Promise<Site> {
	const adminUrl = server.url(database.name);
	const share = database.organizations[kind];
	const { app, worker, floor, tenant } = database.logins;
	const tenantLogin = tenant(share.id);
	const sql = connectAsAdmin(adminUrl);
	const values = await drawValues(sql, share);
	await sql.end();
	const { slug } = values;
	return {
		database,
		values,
		app: openNodes(urlFor(server, database, app), slug),
		tenant: openNodes(urlFor(server, database, tenantLogin), slug),
		worker: openWorker(urlFor(server, database, worker)),
		floors: openFloors(urlFor(server, database, floor), slug),
		explainers: {
			app: await openExplainer(adminUrl, { login: app, slug }),
			tenant: await openExplainer(adminUrl, { login: tenantLogin, slug }),
			worker: await openExplainer(adminUrl, { login: worker }),
			floor: await openExplainer(adminUrl, { login: floor, slug }),
		},
	};
}

export async function closeSite({ app, tenant, worker, floors, explainers }: Site): Promise<void> {
	const open: Pick<Session, 'end'>[] = [app, tenant, worker, floors, ...Object.values(explainers)];
	await Promise.allSettled(open.map((session) => session.end()));
}
