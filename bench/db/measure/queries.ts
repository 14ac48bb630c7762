import { type BenchDatabase, connectAsAdmin } from '../database';
import { QUERIES } from '../queries';
import type { Floor, NamedQuery } from '../query/query';
import { isGivenUp, type OrganizationKind, type QueryResult, type SizeResult } from '../result';
import type { BenchServer } from '../server';
import { type Forget, measureCold, prepareForgetting } from './cold';
import type { Effort } from './effort';
import { requireSameRows } from './sameRows';
import { closeSite, openSite, type Site } from './site';
import { type GivenUp, type Lane, measureWarm, type Timing } from './warm';

/**
 * Measures queries in one organization, in both databases in turns: under both logins, beside their floors, with the plans,
 * and cold in the larger database.
 */
export async function measureOrganization(
	server: BenchServer,
	databases: readonly BenchDatabase[],
	kind: OrganizationKind,
	chosen: readonly NamedQuery[],
	effort: Effort,
	onProgress: (text: string) => void,
): Promise<QueryResult[]> {
	const queries = chosen.filter(({ login }) => kind === 'large' || login !== 'worker');
	const results: QueryResult[] = [];
	const sites = await Promise.all(databases.map((database) => openSite(server, database, kind)));
	try {
		for (const query of queries) {
			onProgress(`${kind} organization: ${query.name}`);
			results.push({
				query: query.name,
				organization: kind,
				sizes: await measureQuery(query, sites, effort),
			});
		}
		if (kind === 'large') await addCold(server, sites.at(-1), results, effort, onProgress);
	} finally {
		await Promise.allSettled(sites.map((site) => closeSite(site)));
	}
	return results;
}

/** The lanes of a query at one site: under the login of nodes or the worker's, under the organization's own, and its floors. */
function lanesOf(query: NamedQuery, { values, app, tenant, worker, floors }: Site): Lane[] {
	if (query.login === 'worker') return [{ session: worker, values }];
	const sessions = [app, tenant, ...(query.floors ?? []).map((floor) => floors.of(floor))];
	return sessions.map((session) => ({ session, values }));
}

async function measureQuery(
	query: NamedQuery,
	sites: readonly Site[],
	effort: Effort,
): Promise<SizeResult[]> {
	const lanes = sites.map((site) => lanesOf(query, site));
	for (const { session, values } of lanes.flat()) await session.prepare(query, values);
	for (const site of sites) await requireSameRows(query, site);
	const timings = await measureWarm(query, lanes.flat(), effort);
	const results: SizeResult[] = [];
	for (const [index, site] of sites.entries()) {
		const [app, ...others] = timings.splice(0, lanes[index]?.length ?? 0);
		const tenant = query.login === 'worker' ? null : (others.shift() ?? null);
		if (!app) throw new Error('A lane gave no result');
		const quickest = quickestOf(query.floors ?? [], others);
		const isLargest = site === sites.at(-1);
		results.push({
			leads: site.database.scale.leads,
			app,
			tenant,
			floor: quickest?.timing ?? null,
			...(await plansOf(query, site, { app, quickest: quickest?.floor, isLargest }, effort)),
			coldMs: null,
		});
	}
	return results;
}

function quickestOf(floors: readonly Floor[], timings: readonly (Timing | GivenUp)[]) {
	const measured = floors.flatMap((floor, index) => {
		const timing = timings[index];
		return timing && !isGivenUp(timing) ? [{ floor, timing }] : [];
	});
	return measured.toSorted((a, b) => a.timing.p50 - b.timing.p50).at(0);
}

/** Plans of the login differ by the amount of data: the organization's own is asked about the larger. */
async function plansOf(
	query: NamedQuery,
	{ values, explainers }: Site,
	{ app, quickest, isLargest }: { app: Timing | GivenUp; quickest: Floor | undefined; isLargest: boolean },
	{ explained }: Effort,
): Promise<Pick<SizeResult, 'plan' | 'tenantPlan' | 'floorPlan'>> {
	if (isGivenUp(app)) return { plan: null, tenantPlan: null, floorPlan: null };
	const isWorker = query.login === 'worker';
	return {
		plan: await explainers[isWorker ? 'worker' : 'app'].explain(query, values, explained),
		tenantPlan: isLargest && !isWorker ? await explainers.tenant.explain(query, values, explained) : null,
		floorPlan: quickest
			? await explainers.floor.explain({ ...query, run: quickest }, values, explained)
			: null,
	};
}

async function addCold(
	server: BenchServer,
	site: Site | undefined,
	results: readonly QueryResult[],
	effort: Effort,
	onProgress: (text: string) => void,
): Promise<void> {
	if (!site) return;
	const sql = connectAsAdmin(server.url(site.database.name));
	try {
		const forget: Forget | null = await prepareForgetting(sql, server.dataDirectory);
		for (const result of results) {
			const query = QUERIES.find(({ name }) => name === result.query);
			const size = result.sizes.at(-1);
			if (!forget || !query || !size || isGivenUp(size.app)) continue;
			onProgress(`cold: ${query.name}`);
			const session = query.login === 'worker' ? site.worker : site.app;
			size.coldMs = await measureCold(query, session, site.values, forget, effort.coldSamples);
		}
	} finally {
		await sql.end();
	}
}
