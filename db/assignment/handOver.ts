import type { HandOver } from '../../domain/user/input';
import type { Sql } from '../connection/client';
import { assignLeads } from './assign';

/** How many leads a user got. */
export interface HandedOver {
	userId: number;
	leads: number;
}

const BATCH = 10_000;

/**
 * Gives all open leads of a user to others, as `assignLeads` does: two statements and one before for every 10,000 leads. The
 * user should be inactive by then, so that none come back. Says who got how many, by user id.
 *
 * @throws LmaError when nobody can take them; then nothing may be kept of the transaction
 */
export async function handOverLeads(
	sql: Sql,
	userId: number,
	handOver: Exclude<HandOver, { to: 'nobody' }>,
): Promise<HandedOver[]> {
	const counts = new Map<number, number>();
	for (;;) {
		const leads = await sql<{ id: number }[]>`
			select l.id
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.assigned_to_id = ${userId}
				and l.status not in ('CLOSED_WON', 'CLOSED_LOST')
			order by l.id
			limit ${BATCH}`;
		if (leads.length === 0) break;
		const results = await assignLeads(
			sql,
			leads.map(({ id: leadId }) => ({ leadId, ...requestOf(handOver) })),
		);
		for (const { row, error } of results) {
			if (error) throw error;
			const { assignedToId } = row;
			if (assignedToId !== null) counts.set(assignedToId, (counts.get(assignedToId) ?? 0) + 1);
		}
	}
	return [...counts].map(([id, leads]) => ({ userId: id, leads })).sort((a, b) => a.userId - b.userId);
}

function requestOf(handOver: Exclude<HandOver, { to: 'nobody' }>) {
	return handOver.to === 'user'
		? { strategy: handOver.to, assignedToId: handOver.userId }
		: { strategy: handOver.to, reassign: true };
}
