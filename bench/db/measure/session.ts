import { connect, type Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import type { Floor, NamedQuery } from '../query/query';
import type { Values } from '../query/values';

/** A connection that queries are measured on, as one kind of client has it. */
export interface Session {
	/** Everything around a query, with nothing in it: what the connection and the transaction cost alone. */
	empty(): Promise<unknown>;
	/** What the query needs once, before its runs. */
	prepare(query: NamedQuery, values: Values): Promise<unknown>;
	run(query: NamedQuery, values: Values, turn: number): Promise<unknown>;
	end(): Promise<void>;
}

class RolledBack extends Error {}

/** A node: one transaction per query, within an organization, sent together with it. */
export function openNodes(url: string, slug: string): Session {
	const sql = connect(url, { max: 1, idleTimeout: 0, applicationName: 'lma bench' });
	return {
		empty: () => inOrganization(sql, slug, (tx) => tx`select`),
		prepare: (query, values) => inOrganization(sql, slug, async (tx) => await query.prepare?.(tx, values)),
		run: (query, values, turn) => inOrganization(sql, slug, (tx) => query.run(tx, values, turn)),
		end: () => sql.end({ timeout: 5 }),
	};
}

/** A worker: one transaction per query, rolled back, so that the next one finds the same work. */
export function openWorker(url: string): Session {
	const sql = connect(url, { max: 1, idleTimeout: 0, applicationName: 'lma bench' });
	const rolledBack = async (work: (tx: Sql) => PromiseLike<unknown>) => {
		try {
			await sql.begin(async (tx) => {
				await work(tx);
				throw new RolledBack();
			});
		} catch (error) {
			if (!(error instanceof RolledBack)) throw error;
		}
	};
	return {
		empty: () => rolledBack((tx) => tx`select`),
		prepare: () => Promise.resolve(),
		run: (query, values, turn) => rolledBack((tx) => query.run(tx, values, turn)),
		end: () => sql.end({ timeout: 5 }),
	};
}

/** The floors of queries, as `openNodes` runs the queries; the login is one that row security does not bind. */
export interface FloorSession {
	of(floor: Floor): Session;
	end(): Promise<void>;
}

export function openFloors(url: string, slug: string): FloorSession {
	const sql = connect(url, { max: 1, idleTimeout: 0, applicationName: 'lma bench' });
	const end = () => sql.end({ timeout: 5 });
	return {
		of: (floor) => ({
			empty: () => inOrganization(sql, slug, (tx) => tx`select`),
			prepare: () => Promise.resolve(),
			run: (_query, values, turn) => inOrganization(sql, slug, (tx) => floor(tx, values, turn)),
			end,
		}),
		end,
	};
}
