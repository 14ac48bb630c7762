import type postgres from 'postgres';

import { connect, type Sql } from '../../db/connection/client';
import { type ExecutionContext, inOrganization } from '../../db/connection/tenancy';
import type { ItemResult } from '../../domain/itemResult';
import { createTestDatabase, type SeededOrganization, seedOrganization, type TestDatabase } from './database';
import { observed } from './observed';

/** A database of its own with one organization, and a pool that works in it as the nodes do. */
export interface TestTenant {
	database: TestDatabase;
	organization: SeededOrganization;
	sql: postgres.Sql;
	/** Every statement sent so far, transaction control included. */
	statements: string[];
	run<T>(work: (tx: Sql) => PromiseLike<T>, context?: ExecutionContext): Promise<T>;
	close(): Promise<void>;
}

export async function openTenant({ users = 3 } = {}): Promise<TestTenant> {
	const database = await createTestDatabase();
	const organization = await seedOrganization(database.ownerUrl, 'acme', { users });
	const statements: string[] = [];
	const sql = observed(connect(database.appUrl, { max: 20 }), (text) => statements.push(text));
	return {
		database,
		organization,
		sql,
		statements,
		run: (work, context) => inOrganization(sql, organization.slug, work, context),
		async close() {
			await sql.end();
			await database.drop();
		},
	};
}

/** The rows of a bulk write of which nothing may have failed. */
export function rowsOf<T>(results: readonly ItemResult<T>[]): T[] {
	return results.map((result) => {
		if (result.error) throw result.error;
		return result.row;
	});
}

/** The row of a bulk write of one input, which may not have failed. */
export function rowOf<T>(results: readonly ItemResult<T>[]): T {
	return rowsOf(results)[0]!;
}
