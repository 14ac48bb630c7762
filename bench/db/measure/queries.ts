import { type BenchDatabase, connectAsAdmin } from '../database';
import { QUERIES } from '../queries';
import type { NamedQuery } from '../query/query';
import { isGivenUp, type OrganizationKind, type QueryResult, type SizeResult } from '../result';
import type { BenchServer } from '../server';
import { type Forget, measureCold, prepareForgetting } from './cold';
import type { Effort } from './effort';
import { closeSite, openSite, type Site } from './site';
import { type Lane, measureWarm } from './warm';

/** What takes longer in the document's form is not run again to see its plan. */
const SLOWEST_EXPLAINED_MS = 3_000;

/**
 * Measures queries in one organization, in both databases in turns: warm under both logins, the plans, the
 * document's form, and cold in the larger database.
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
	const sites = await Promise.all(databases.map((database) => openSite(server, database, kind, effort)));
	try {
		for (const query of queries) {
			onProgress(`${kind} organization: ${query.name}`);
			results.push({
				query: query.name,
				budget: query.budget,
				organization: kind,
				sizes: await measureQuery(query, sites, kind, effort),
			});
		}
		if (kind === 'large') await addCold(server, sites.at(-1), results, effort, onProgress);
	} finally {
		await Promise.allSettled(sites.map((site) => closeSite(site)));
	}
	return results;
}

async function measureQuery(
	query: NamedQuery,
	sites: readonly Site[],
	kind: OrganizationKind,
	effort: Effort,
): Promise<SizeResult[]> {
	const isWorker = query.login === 'worker';
	const lanes = sites.flatMap(({ values, app, tenant, worker }): Lane[] =>
		isWorker ? [{ session: worker, values }] : [app, tenant].map((session) => ({ session, values })),
	);
	for (const { session, values } of lanes) await session.prepare(query, values);
	const timings = (await measureWarm(query, lanes, effort)).values();
	const results: SizeResult[] = [];
	for (const { database, values, explainers } of sites) {
		const app = timings.next().value;
		const tenant = isWorker ? null : timings.next().value;
		if (!app || tenant === undefined) throw new Error('A lane gave no result');
		results.push({
			leads: database.scale.leads,
			app,
			tenant,
			plan: isGivenUp(app)
				? null
				: await explainers[isWorker ? 'worker' : 'app'].explain(query, values, effort.explained),
			// Plans differ by the amount of data: the larger one is asked under both logins.
			tenantPlan:
				tenant && !isGivenUp(tenant) && database === sites.at(-1)?.database
					? await explainers.tenant.explain(query, values, effort.explained)
					: null,
			coldMs: null,
			document: null,
			documentPlan: null,
		});
	}
	if (query.document && kind !== 'tiny') {
		for (const [index, { document, values, explainers }] of sites.entries()) {
			const result = results[index];
			if (!result) continue;
			await document.prepare(query, values);
			const [timing] = await measureWarm(query, [{ session: document, values }], effort.document);
			result.document = timing ?? null;
			if (!timing || isGivenUp(timing) || timing.p95 > SLOWEST_EXPLAINED_MS) continue;
			result.documentPlan = await explainers.document.explain(
				query,
				values,
				timing.p95 > 200 ? 1 : effort.explained,
			);
		}
	}
	return results;
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
