import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { QUERIES } from '../../../bench/db/queries';
import { readLines } from '../../../bench/compare/readLines';
import { runBench } from '../../../bench/main';

const printed: string[] = [];
const noted: string[] = [];
const terminal = {
	env: {},
	print: (line: string) => void printed.push(line),
	note: (line: string) => void noted.push(line),
	readInput: () => Promise.resolve(null),
};

describe('npm run bench -- db', () => {
	const { adminUrl } = inject('cluster');
	const file = path.join(inject('scratch'), 'performance.md');
	let exitCode: number;
	let sql: postgres.Sql;

	beforeAll(async () => {
		sql = postgres(adminUrl, { max: 1 });
		await writeFile(
			file,
			'# Before\n<!-- bench db: begin, written by npm run bench -->\n<!-- bench db: end -->\nAfter\n',
		);
		exitCode = await runBench(
			['db', '--leads', '1000', '--database-url', adminUrl, '--write', file],
			terminal,
		);
	}, 120_000);
	afterAll(() => sql.end());

	it('measures every named query at two sizes ten times apart, a line of JSON each', () => {
		expect(noted.filter((line) => line.startsWith('bench:'))).toEqual([]);
		expect(exitCode).toBe(0);
		expect(JSON.parse(printed.at(-1)!.split('\n')[0]!)).toMatchObject({
			benchmark: 'db',
			run: { leads: 1000 },
		});
		const measured = readLines('bench', printed.at(-1)!);
		const queries = measured.filter(({ rows }) => rows === undefined);
		for (const size of [100, 1000]) {
			expect(queries.filter((line) => line.size === size).map(({ name }) => name)).toEqual(
				QUERIES.map(({ name }) => name),
			);
		}
	});

	it('measures each beside its floor', () => {
		const newest = readLines('bench', printed.at(-1)!).find(({ name }) => name === 'listLeads newest');
		expect(newest).toMatchObject({
			ratio: expect.any(Number) as number,
			floorBuffers: expect.any(Number) as number,
		});
	});

	it('sees the buffers and the indexes of statements inside functions', () => {
		const byTag = readLines('bench', printed.at(-1)!).find(
			({ name, size }) => name === 'listLeads rare tag' && size === 1000,
		);
		expect(byTag!.buffers).toBeGreaterThan(0);
		expect(byTag!.tenantBuffers).toBeGreaterThan(0);
		expect(byTag!.indexes).toContain('idx_leads_search');
	});

	it('tells what keeping the totals costs', () => {
		const writes = readLines('bench', printed.at(-1)!).filter(({ rows }) => rows !== undefined);
		expect(writes.map(({ name }) => name.split(',')[0])).toEqual([
			'insert into leads',
			'insert into communications',
			'insert into lead_notes',
		]);
	});

	it('prints tables for people and puts them between the markers of a file', () => {
		expect(printed[0]).toContain('listLeads newest');
		const written = readFileSync(file, 'utf8');
		expect(written).toMatch(/^# Before\n/);
		expect(written).toContain('| listLeads newest |');
		expect(written).toMatch(/end -->\nAfter\n$/);
	});

	it('leaves no database and no login behind', async () => {
		const left = await sql`
			select datname as name from pg_database where starts_with(datname, 'lma_bench_')
			union all
			select rolname from pg_roles where starts_with(rolname, 'lma_bench_')`;
		expect(left).toHaveLength(0);
	});
});

it('says what can be measured, and what is wrong with a call', async () => {
	expect(await runBench(['db', '--help'], terminal)).toBe(0);
	expect(await runBench(['db', '--leads', '12'], terminal)).toBe(2);
	expect(noted.join('\n')).toContain('whole number from 1000');
	expect(await runBench(['db', '--only', 'listLeeds'], terminal)).toBe(2);
	expect(noted.join('\n')).toContain('They begin with listLeads, ');
});
