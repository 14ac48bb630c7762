import { type BenchDatabase, connectAsAdmin, urlFor } from '../database';
import { drawValues, type Values } from '../query/values';
import type { OrganizationKind } from '../result';
import type { BenchServer } from '../server';
import type { Effort } from './effort';
import { type Explainer, openExplainer } from './plan';
import { openDocument, openNodes, openWorker, type Session } from './session';

/** One organization of one database, with everything open that it is measured with. */
export interface Site {
	database: BenchDatabase;
	values: Values;
	app: Session;
	tenant: Session;
	worker: Session;
	document: Session;
	explainers: { app: Explainer; tenant: Explainer; worker: Explainer; document: Explainer };
}

export async function openSite(
	server: BenchServer,
	database: BenchDatabase,
	kind: OrganizationKind,
	effort: Effort,
): Promise<Site> {
	const adminUrl = server.url(database.name);
	const share = database.organizations[kind];
	const { app, worker, document, tenant } = database.logins;
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
		document: openDocument(
			urlFor(server, database, document),
			kind === 'large' ? effort.document.timeoutMs : effort.document.timeoutMs / 3,
		),
		explainers: {
			app: await openExplainer(adminUrl, { login: app, slug }),
			tenant: await openExplainer(adminUrl, { login: tenantLogin, slug }),
			worker: await openExplainer(adminUrl, { login: worker }),
			document: await openExplainer(adminUrl, { login: document, isDocument: true }),
		},
	};
}

export async function closeSite({ app, tenant, worker, document, explainers }: Site): Promise<void> {
	const open: Pick<Session, 'end'>[] = [app, tenant, worker, document, ...Object.values(explainers)];
	await Promise.allSettled(open.map((session) => session.end()));
}
