import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type postgres from 'postgres';
import { BENCH_COLUMNS, makeLeads } from './leads';

/** The rows that the nodes write, as the text that `copy` reads. Made before the time is taken. */
export function copyText(count: number, series: string, organizationId: number): string {
	const lines = makeLeads(count, series, organizationId).map((lead) =>
		BENCH_COLUMNS.map((column) => {
			const value = lead[column];
			return typeof value === 'object' ? JSON.stringify(value) : String(value);
		}).join('\t'),
	);
	return `${lines.join('\n')}\n`;
}

/** Makes the table without indexes, constraints, triggers and row security that `copy` is measured on as well. */
export async function makeBareTable(sql: postgres.Sql): Promise<void> {
	await sql`create table bare_leads as select * from leads where false`;
}

/**
 * Times `copy … from stdin` with nothing around it, in milliseconds: one statement and its own transaction, as a superuser,
 * whom row security does not hold up (PostgreSQL refuses `copy` to everyone else here). Indexes, checks, foreign keys
 * and triggers of `leads` are there, the audit trail and the totals with them. No row comes back.
 */
export async function timeCopy(
	sql: postgres.Sql,
	table: 'leads' | 'bare_leads',
	text: string,
): Promise<number> {
	const begun = performance.now();
	const writable = await sql`copy ${sql(table)} (${sql(BENCH_COLUMNS)}) from stdin`.writable();
	await pipeline(Readable.from(chunksOf(text)), writable);
	return performance.now() - begun;
}

/** In pieces, as a client sends a file. */
function* chunksOf(text: string): Generator<Buffer> {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
