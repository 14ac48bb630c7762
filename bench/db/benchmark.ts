import { cpus, loadavg, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

import { round } from '../statistics';
import { untilInterrupted } from '../interruption';
import { type BenchDatabase, connectAsAdmin, prepareDatabase, removeDatabases } from './database';
import { nameLogins } from './logins';
import { effortFor } from './measure/effort';
import { measureOrganization } from './measure/queries';
import { measureWrites } from './measure/writes';
import { QUERIES } from './queries';
import type { BenchResult } from './result';
import { type BenchServer, startServer, useServer } from './server';

export interface BenchOptions {
	/** Leads of the larger database; the other has a tenth of them. */
	leads: number;
	/** A superuser's connection to a server that runs already; default: one of our own. */
	databaseUrl?: string;
	/** Folder that keeps the data of our own server for the next run. */
	dataFolder?: string;
	/** Samples per query and login, for a quick look; the time given to each shrinks with them. */
	runs?: number;
	/** Only queries whose name contains this; without it, also what writes cost. */
	only?: string;
	onProgress: (text: string) => void;
	/** Gets the result and the connection string of the larger database, which stays until this is done. */
	onResult: (result: BenchResult, url: string) => Promise<void>;
}

/** Generates both databases, measures everything and removes what it made. */
export async function runBenchmark(options: BenchOptions): Promise<void> {
	const { leads, databaseUrl, dataFolder } = options;
	const server =
		databaseUrl === undefined ? await startServer(leads >= 500_000, dataFolder) : useServer(databaseUrl);
	const sizes = [Math.round(leads / 10), leads];
	try {
		const result = await untilInterrupted(prepareAndMeasure(server, sizes, options));
		await options.onResult(result, server.url(`${server.prefix}_${leads}`));
	} finally {
		if (databaseUrl !== undefined) {
			await removeDatabases(
				server,
				sizes.map((size) => `${server.prefix}_${size}`),
			);
		}
		await server.stop();
	}
}

async function prepareAndMeasure(
	server: BenchServer,
	sizes: readonly number[],
	options: BenchOptions,
): Promise<BenchResult> {
	const logins = nameLogins(server.prefix);
	const startedAt = new Date().toISOString();
	const databases: BenchDatabase[] = [];
	const loadSeconds: Record<string, number> = {};
	for (const size of sizes) {
		const begun = performance.now();
		databases.push(
			await prepareDatabase(server, size, logins, (text) => {
				options.onProgress(`${size.toLocaleString('en')} leads, ${text}`);
			}),
		);
		loadSeconds[size] = Math.round((performance.now() - begun) / 1000);
	}
	await server.restart();
	return await measure(server, databases, options, { startedAt, loadSeconds });
}

async function measure(
	server: BenchServer,
	databases: readonly BenchDatabase[],
	{ leads, runs, only, onProgress }: BenchOptions,
	{ startedAt, loadSeconds }: Pick<BenchResult, 'startedAt' | 'loadSeconds'>,
): Promise<BenchResult> {
	const effort = effortFor(leads, runs);
	const result: BenchResult = {
		benchmark: 'db',
		leads,
		...(await describeServer(server)),
		machine: describeMachine(),
		loadAverage: [],
		startedAt,
		loadSeconds,
		organizations: {},
		databaseBytes: {},
		queries: [],
		writeCosts: [],
	};
	for (const database of databases) {
		const { large, middle, tiny } = database.organizations;
		result.organizations[database.scale.leads] = {
			large: large.leads,
			middle: middle.leads,
			tiny: tiny.leads,
		};
		onProgress(`${database.scale.leads.toLocaleString('en')} leads, reading everything once`);
		result.databaseBytes[database.scale.leads] = await warmUp(server, database);
	}
	const queries = QUERIES.filter(({ name }) => name.includes(only ?? ''));
	for (const kind of effort.organizations) {
		result.queries.push(...(await measureOrganization(server, databases, kind, queries, effort, onProgress)));
	}
	const largest = databases.at(-1);
	result.loadAverage = loadavg().map((load) => round(load, 2));
	if (largest && only === undefined)
		result.writeCosts = await measureWrites(server, largest, effort, onProgress);
	return result;
}

/** Reads tables and indexes into memory. Returns the bytes of the database. */
async function warmUp(server: BenchServer, database: BenchDatabase): Promise<number> {
	const sql = connectAsAdmin(server.url(database.name));
	try {
		const [available] = await sql`select from pg_available_extensions where name = 'pg_prewarm'`;
		if (available) {
			await sql`create extension if not exists pg_prewarm schema bench`;
			await sql`
				select bench.pg_prewarm(oid::regclass)
				from pg_class
				where relkind in ('r', 'i', 't')
					and relpersistence = 'p'
				order by relkind = 'i'`;
		}
		const [size] = await sql<{ bytes: string }[]>`
			select sum(pg_relation_size(oid)) as bytes
			from pg_class
			where relnamespace <> 'bench'::regnamespace
				and relkind in ('r', 'i', 't')`;
		return Number(size?.bytes ?? 0);
	} finally {
		await sql.end();
	}
}

async function describeServer(server: BenchServer): Promise<Pick<BenchResult, 'postgresql' | 'settings'>> {
	const sql = connectAsAdmin(server.url('postgres'));
	try {
		const rows = await sql<{ name: string; value: string }[]>`
			select name, current_setting(name) as value
			from pg_settings
			where name in (
				'server_version', 'shared_buffers', 'effective_cache_size', 'work_mem', 'random_page_cost', 'fsync',
				'synchronous_commit', 'autovacuum', 'jit')
			order by name`;
		const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
		const { server_version: postgresql = 'unknown', ...others } = settings;
		return { postgresql, settings: others };
	} finally {
		await sql.end();
	}
}

function describeMachine(): BenchResult['machine'] {
	const processors = cpus();
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		node: process.version,
	};
}
