import { runMigrations } from 'bullmq';

import type { Client } from '../../db/connection/pgConfig';

/** PostgreSQL schema in which BullMQ keeps its tables when there is no Redis. */
export const QUEUE_SCHEMA = 'bullmq';

/**
 * Makes or updates the tables of BullMQ as the owner and lets lma_worker use them. `client` is one session, which
 * owns what is made. Can be repeated, also from several processes at once: BullMQ takes an advisory lock.
 */
export async function migrateQueues(client: Client): Promise<void> {
	await runMigrations(client, QUEUE_SCHEMA);
	await client.query(`
		grant usage on schema ${QUEUE_SCHEMA} to lma_worker;
		grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to lma_worker;
		grant usage, select, update on all sequences in schema ${QUEUE_SCHEMA} to lma_worker;
		grant execute on all functions in schema ${QUEUE_SCHEMA} to lma_worker`);
}
