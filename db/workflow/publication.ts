import { randomUUID } from 'node:crypto';

import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/**
 * Notes that n8n is about to be read: what is asked for from now on is settled by a later look at it. Can be repeated. One
 * statement.
 */
export async function hearPublicationWishes(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
): Promise<void> {
	await sql`
		update workflow_sync_states s
		set is_publication_heard = true
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active is not null
			and s.organization_id = ${organizationId}
			and s.workflow_id = w.id
			and not s.is_publication_heard`;
}

/**
 * Tells what people published and unpublished in n8n by hand: what is not as wanted, and was since that was last asked for. To
 * be called after n8n was read and before anything is done there. Can be repeated. Two statements.
 */
export async function noteOverruled(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
): Promise<void> {
	await markOverruled(sql, { organizationId, integrationId }, null);
	await sql`
		update workflow_sync_states s
		set overruled_at = null,
			is_publication_settled = true
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active = w.is_active
			and s.organization_id = ${organizationId}
			and s.workflow_id = w.id
			and (s.overruled_at is not null or not s.is_publication_settled)
			and s.is_publication_heard
			and s.missing_since is null
			and not starts_with(w.n8n_workflow_id, ${PENDING})`;
}

/**
 * The same of one workflow that was read again, after it had been found as wanted. Says whether it was published or unpublished
 * by hand since: not when that was asked for again meanwhile. One statement.
 */
export async function noteOverruledSince(
	sql: Sql,
	owner: WorkflowOwner,
	workflowId: number,
): Promise<boolean> {
	return (await markOverruled(sql, owner, workflowId)).length > 0;
}

/** @param workflowId null for all of them */
function markOverruled(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	workflowId: number | null,
): Promise<object[]> {
	return sql`
		update workflow_sync_states s
		set overruled_at = now(),
			last_error = null,
			apply_attempts = 0,
			apply_after = null
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and (${workflowId}::int is null or w.id = ${workflowId})
			and w.desired_active <> w.is_active
			and s.organization_id = ${organizationId}
			and s.workflow_id = w.id
			and s.is_publication_settled
			and s.overruled_at is null
			and s.missing_since is null
			and not starts_with(w.n8n_workflow_id, ${PENDING})
		returning s.workflow_id`;
}

/**
 * What was registered once more since n8n was last read, and turned out to be missing there, waits to be created again. What
 * was found has no such wish any more, unless it came after `startedAt`: when this reading of n8n began, as the database
 * writes it. Two statements.
 */
export async function settleClaims(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	startedAt: string,
): Promise<void> {
	const claimed = await sql<{ id: number; isMissing: boolean }[]>`
		select w.id, s.missing_since is not null as is_missing
		from workflows w
		join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and s.claimed_at is not null
			and (s.missing_since is not null or s.claimed_at < ${startedAt}::timestamptz)`;
	if (claimed.length === 0) return;
	const anew = claimed.map(({ id, isMissing }) => ({
		id,
		pendingId: isMissing ? `${PENDING}${randomUUID()}` : null,
	}));
	await sql`
		with settled as (
			update workflow_sync_states s
			set claimed_at = null
			from jsonb_to_recordset(${sql.json(anew)}) as e(id int, "pendingId" text)
			where s.organization_id = ${organizationId}
				and s.workflow_id = e.id
		)
		update workflows w
		set n8n_workflow_id = e."pendingId"
		from jsonb_to_recordset(${sql.json(anew)}) as e(id int, "pendingId" text)
		where w.organization_id = ${organizationId}
			and w.id = e.id
			and e."pendingId" is not null
			and w.template_key is not null
			and w.desired_active is not null
			and not starts_with(w.n8n_workflow_id, ${PENDING})`;
}

/** The database's clock, as it writes it, to the microsecond. */
export async function readClock(sql: Sql): Promise<string> {
	const [row] = await sql<{ now: string }[]>`select now()::text as now`;
	if (!row) throw new Error('select gave no row');
	return row.now;
}
