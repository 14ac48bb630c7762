import type { Sql } from './client';

/**
 * Gives the planner statistics of what a bulk load brought, where that is much: tables that have changed by more than
 * 10,000 rows and 2 %. Otherwise autovacuum would, within a minute. Call it after the load, in no transaction of its own.
 * Waits for nobody and blocks no writer; can be repeated.
 */
export async function analyzeAfterLoad(sql: Sql): Promise<void> {
	await sql`select lma.analyze_after_load()`;
}
