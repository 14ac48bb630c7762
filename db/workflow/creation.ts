import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { SessionLock } from '../connection/sessionLock';
import type { WorkflowOwner } from './remote';

/** A workflow that n8n was asked to make, and nobody knows whether it did. */
export interface UnresolvedCreation {
	workflowId: number;
	/** The ids of its nodes in n8n are made from this. */
	registrationId: string;
	name: string;
	/** The request is long over: what a look at n8n does not show now was not made. */
	isOverdue: boolean;
}

/** What is sent to n8n; read together with the mark that it is being sent. */
export interface BegunCreation {
	registrationId: string;
	/** The one it was registered by, whatever people called it there before it was deleted. */
	name: string;
	template: unknown;
}

/** What an earlier round began and did not end, by id. */
export async function listUnresolvedCreations(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	graceSeconds: number,
): Promise<UnresolvedCreation[]> {
	return sql<UnresolvedCreation[]>`
		select w.id as workflow_id, s.registration_id, coalesce(w.registered_name, w.name) as name,
			s.create_started_at < now() - make_interval(secs => ${graceSeconds}) as is_overdue
		from workflows w
		join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active is not null
			and s.create_started_at is not null
			and starts_with(w.n8n_workflow_id, ${PENDING})
		order by w.id`;
}

/**
 * Notes that n8n is about to be asked to make a workflow; commit before asking. Null when another worker has begun, or
 * it is there already, or nothing is wanted of it any more, or the lock of its instance is lost.
 */
export async function beginCreation(
	{ sql, pid }: SessionLock,
	{ organizationId, integrationId }: WorkflowOwner,
	workflowId: number,
	registrationId: string,
): Promise<BegunCreation | null> {
	const [begun] = await sql<BegunCreation[]>`
		with wanted as materialized (
			select w.id, w.organization_id, coalesce(w.registered_name, w.name) as name,
				w.configuration -> 'template' as template
			from workflows w
			where w.organization_id = ${organizationId}
				and w.integration_id = ${integrationId}
				and w.id = ${workflowId}
				and w.desired_active is not null
				and starts_with(w.n8n_workflow_id, ${PENDING})
				and pg_backend_pid() = ${pid}
		), begun as (
			insert into workflow_sync_states as s (
				workflow_id, organization_id, registration_id, create_started_at, is_publication_heard)
			select id, organization_id, ${registrationId}::uuid, now(), true
			from wanted
			on conflict (workflow_id) do update
			set registration_id = excluded.registration_id,
				create_started_at = excluded.create_started_at,
				applied_template_key = null,
				applied_content = null,
				draft_edits = null,
				published_edits = null,
				edits_in_words = null,
				refused_template_key = null,
				overwrite_requested_at = null,
				is_publication_settled = false,
				is_publication_heard = true,
				overruled_at = null,
				left_out = null,
				crossing = null,
				is_crossing_published = false,
				last_applied_at = null,
				missing_since = null
			where s.create_started_at is null
			returning s.registration_id
		)
		select begun.registration_id, wanted.name, wanted.template
		from begun, wanted`;
	return begun ?? null;
}

/** n8n has not made them, and will not: they may be made. */
export async function forgetCreations(sql: Sql, workflowIds: number[]): Promise<void> {
	await sql`
		update workflow_sync_states
		set create_started_at = null
		where workflow_id = any(${workflowIds}::int[])`;
}

/**
 * n8n has made it, under this id. False when the row does not wait for it any more: deleted, or found by another worker.
 * Can be repeated.
 */
export async function finishCreation(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	creation: { workflowId: number; registrationId: string },
	n8nWorkflowId: string,
): Promise<boolean> {
	const rows = await sql`
		with waiting as materialized (
			-- A row that has lost its connection keeps the mark, and is looked for in the next.
			select w.id
			from workflows w
			where w.organization_id = ${organizationId}
				and w.integration_id = ${integrationId}
				and w.id = ${creation.workflowId}
				and starts_with(w.n8n_workflow_id, ${PENDING})
			for no key update
		), made as (
			update workflow_sync_states s
			set create_started_at = null,
				missing_since = null,
				last_error = null,
				apply_attempts = 0,
				apply_after = null
			from waiting
			where s.organization_id = ${organizationId}
				and s.workflow_id = waiting.id
				and s.registration_id = ${creation.registrationId}::uuid
				and s.create_started_at is not null
			returning s.workflow_id
		)
		update workflows w
		set n8n_workflow_id = ${n8nWorkflowId}
		from made
		where w.organization_id = ${organizationId}
			and w.id = made.workflow_id
		returning w.id`;
	return rows.length > 0;
}
