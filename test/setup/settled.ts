import type postgres from 'postgres';
import { vi } from 'vitest';

/**
 * Waits until every transaction that runs now has ended, those of other tests on the same server included: events are
 * delivered only below the oldest one that runs.
 */
export async function settled(sql: postgres.Sql): Promise<void> {
	const [now] = await sql<[{ next: string }]>`select pg_snapshot_xmax(pg_current_snapshot())::text as next`;
	await vi.waitFor(
		async () => {
			const [oldest] = await sql<[{ ended: boolean }]>`
				select pg_snapshot_xmin(pg_current_snapshot()) >= ${now.next}::xid8 as ended`;
			if (!oldest.ended) throw new Error(`a transaction below ${now.next} still runs`);
		},
		{ timeout: 20_000, interval: 10 },
	);
}
