import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { QUERIES } from '../../../bench/db/queries';
import type { BenchResult } from '../../../bench/db/result';
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

	it('measures every named query at two sizes ten times apart, and ends with one line of JSON', () => {
		expect(noted.filter((line) => line.startsWith('bench:'))).toEqual([]);
		expect(exitCode).toBe(0);
		const result = JSON.parse(printed.at(-1)!) as BenchResult;
		expect(printed.at(-1)).not.toContain('\n');
		expect(result).toMatchObject({ benchmark: 'db', leads: 1000 });
		expect(result.queries.map(({ query }) => query)).toEqual(QUERIES.map(({ name }) => name));
		for (const { sizes } of result.queries) expect(sizes.map(({ leads }) => leads)).toEqual([100, 1000]);
	});

	it('sees the buffers and the indexes of statements inside functions', () => {
		const result = JSON.parse(printed.at(-1)!) as BenchResult;
		const byEmail = result.queries.find(({ query }) => query === 'listLeads e-mail');
		const { plan, tenantPlan } = byEmail!.sizes.at(-1)!;
		for (const facts of [plan, tenantPlan]) {
			expect(facts!.buffers).toBeGreaterThan(0);
			expect(facts!.indexes).toContain('idx_leads_org_email');
		}
	});

	it('tells what keeping the totals costs', () => {
		const result = JSON.parse(printed.at(-1)!) as BenchResult;
		expect(result.writeCosts.map(({ table }) => table)).toEqual(['leads', 'communications', 'lead_notes']);
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
