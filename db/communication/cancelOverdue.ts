import type { Sql } from '../connection/client';
import { cancelCommunications } from './cancel';

const BATCH = 10_000;

/**
 * Cancels what should have been sent by now and was not begun. Two statements for every 10,000. Returns how many that were.
 * Can be repeated.
 */
export async function cancelOverdue(sql: Sql): Promise<number> {
	let cancelled = 0;
	let after = 0;
	for (;;) {
		const overdue = await sql<{ id: number }[]>`
			select c.id
			from communications c
			where c.organization_id = (select lma.current_organization_id())
				and c.status = 'scheduled'
				and c.dispatch_at <= now()
				and c.dispatch_started_at is null
				and c.id > ${after}
			order by c.id
			limit ${BATCH}`;
		const last = overdue.at(-1);
		if (!last) return cancelled;
		const results = await cancelCommunications(
			sql,
			overdue.map(({ id }) => id),
		);
		cancelled += results.filter(({ error }) => error === undefined).length;
		after = last.id;
	}
}
