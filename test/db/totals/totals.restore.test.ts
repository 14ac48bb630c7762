import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { withDatabase } from '../../setup/template';
import { openTenant, type TestTenant } from '../../setup/tenant';
import { countedFromRows, expectExact, shownByViews } from './truth';

const LEDGER = ['lead', 'communication', 'note']
	.flatMap((ledger) => [`lma.${ledger}_totals`, `lma.${ledger}_total_deltas`])
	.concat('lma.totals_checks');
const COUNTED = ['organizations', 'users', 'leads', 'communications', 'lead_notes'];

describe('totals after a restore', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	const restored: { database: TestDatabase; sql: postgres.Sql }[] = [];

	beforeAll(async () => {
		acme = await openTenant({ users: 3 });
		owner = postgres(acme.database.ownerUrl, { max: 2, onnotice: () => undefined });
		const write = (sql: postgres.ISql = owner) => sql`
			with person as (
				select id, row_number() over (order by id) - 1 as n from users
			), lead as (
				insert into leads (email, first_name, last_name, organization_id, score, status, assigned_to_id)
				select k || '@x.test', '', '', ${acme.organization.id}, k, (enum_range(null::lead_status_enum))[1 + k % 7], person.id
				from generate_series(1, 60) k
				left join person on person.n = k % 4
				returning id, assigned_to_id
			), communication as (
				insert into communications (organization_id, lead_id, user_id, communication_type, direction)
				select ${acme.organization.id}, id, assigned_to_id, 'call', 'outbound'
				from lead, generate_series(1, 2)
			)
			insert into lead_notes (organization_id, lead_id, user_id, content)
			select ${acme.organization.id}, id, assigned_to_id, 'x'
			from lead`;
		await write();
		await owner`select lma.fold_totals()`;
		// Some folded, some not. Of statements in a transaction that reads committed rows, one in hundreds folds by itself.
		await owner.begin('isolation level repeatable read', (tx) => write(tx));
		expect(await owner`select from lma.lead_total_deltas`).not.toHaveLength(0);
		expect(await owner`select from lma.lead_totals`).not.toHaveLength(0);
		await expectExact(owner);
	});
	afterAll(async () => {
		for (const { database, sql } of restored) {
			await sql.end();
			await database.drop();
		}
		await owner.end();
		await acme.close();
	});

	async function migrated(): Promise<postgres.Sql> {
		const database = await createTestDatabase();
		const sql = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
		restored.push({ database, sql });
		return sql;
	}

	async function copyTable(table: string, into: postgres.Sql): Promise<void> {
		const columns = (
			await owner<{ name: string }[]>`
				select attname as name
				from pg_attribute
				where attrelid = ${table}::regclass
					and attnum > 0
					and attgenerated = ''
					and not attisdropped`
		).map(({ name }) => name);
		const source = await owner.unsafe(`copy ${table} (${columns.join(', ')}) to stdout`).readable();
		const target = await into.unsafe(`copy ${table} (${columns.join(', ')}) from stdin`).writable();
		await pipeline(source, target);
	}

	/** The same numbers as where it came from, exact, and still exact after the next writes. */
	async function expectRestored(sql: postgres.Sql): Promise<void> {
		await expectExact(sql);
		expect(await shownByViews(sql)).toEqual(await countedFromRows(owner));
		await sql`update leads set score = 100 - score, assigned_to_id = null where id % 2 = 0`;
		await sql`delete from leads where id % 3 = 0`;
		await expectExact(sql);
		await sql`select lma.fold_totals()`;
		expect(await sql`select from lma.lead_total_deltas`).toHaveLength(0);
		await expectExact(sql);
	}

	it.each([
		['before the rows that they count', [...LEDGER.slice(0, 6), ...COUNTED, ...LEDGER.slice(6)]],
		['after the rows that they count', [...COUNTED, ...LEDGER]],
	])('of data alone, triggers on, are made anew: copied %s they are ignored', async (_when, tables) => {
		const sql = await migrated();
		for (const table of tables) await copyTable(table, sql);
		await expectRestored(sql);
	});

	it('of data alone, triggers off, are what they were', async () => {
		const sql = await migrated();
		await sql`set session_replication_role = replica`;
		for (const table of [...COUNTED, ...LEDGER]) await copyTable(table, sql);
		await sql`set session_replication_role = origin`;
		expect(await sql`select from lma.lead_total_deltas`).not.toHaveLength(0);
		await expectRestored(sql);
	});

	it.each(['everything', 'data alone, triggers on', 'data alone, triggers off'])(
		'by pg_dump and psql, %s, are exact',
		async (what) => {
			const tools = await findDumpTools(owner);
			const sql = await migrated();
			// No pg_dump is older than its server; where there is none that fits, the tests above have done the same by COPY.
			if (!tools) {
				for (const table of [...COUNTED, ...LEDGER]) await copyTable(table, sql);
				await expectRestored(sql);
				return;
			}
			const { database } = restored.at(-1)!;
			const tables = [...COUNTED, ...LEDGER].map((table) => `--table=${table}`);
			if (what === 'everything') {
				const name = new URL(database.ownerUrl).pathname.slice(1);
				await sql.end();
				const admin = postgres(inject('cluster').adminUrl, { max: 1, onnotice: () => undefined });
				await admin`drop database ${admin(name)} with (force)`;
				await admin`create database ${admin(name)} template template0`;
				await admin.end();
				await dumpInto(tools, acme.database.ownerUrl, database.ownerUrl, []);
				const fresh = postgres(withDatabase(database.ownerUrl, name), { max: 1, onnotice: () => undefined });
				restored.splice(-1, 1, { database, sql: fresh });
				await expectRestored(fresh);
				return;
			}
			// A dump turns row security off, and then no trigger of ours can write; with this option it leaves it on.
			const triggers = what.endsWith('off') ? '--disable-triggers' : '--enable-row-security';
			const options = ['--data-only', triggers, ...tables];
			await dumpInto(tools, acme.database.ownerUrl, database.ownerUrl, options);
			await expectRestored(sql);
		},
		60_000,
	);
});

interface DumpTools {
	dump: string;
	psql: string;
}

/** A pg_dump that is not older than the server, with the psql beside it. */
async function findDumpTools(sql: postgres.Sql): Promise<DumpTools | undefined> {
	const [server] = await sql<{ major: number }[]>`
		select current_setting('server_version_num')::integer / 10000 as major`;
	for (const dump of globSync('/usr/{lib/postgresql,pgsql-,local/pgsql}*/**/bin/pg_dump')) {
		const { stdout } = await promisify(execFile)(dump, ['--version']);
		if (Number(/ (\d+)/.exec(stdout)?.[1]) >= server!.major)
			return { dump, psql: path.join(dump, '../psql') };
	}
	return undefined;
}

async function dumpInto(
	{ dump, psql }: DumpTools,
	from: string,
	to: string,
	options: string[],
): Promise<void> {
	const reading = spawn(dump, [...options, `--dbname=${from}`], { stdio: ['ignore', 'pipe', 'pipe'] });
	const writing = spawn(psql, ['--quiet', '--no-psqlrc', '--set=ON_ERROR_STOP=1', `--dbname=${to}`], {
		stdio: ['pipe', 'ignore', 'pipe'],
	});
	let complaints = '';
	for (const stream of [reading.stderr, writing.stderr])
		stream.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
	const ended = Promise.all([once(reading, 'close'), once(writing, 'close')]);
	await pipeline(reading.stdout, writing.stdin).catch(() => undefined);
	const codes = (await ended).map(([code]) => code as number);
	expect({ codes, complaints: codes.some((code) => code !== 0) ? complaints : '' }).toEqual({
		codes: [0, 0],
		complaints: '',
	});
}
