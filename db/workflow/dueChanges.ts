import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { Removal } from '../../domain/workflow/removal';
import { isToTake, removalOf } from './columns';
import type { WorkflowOwner } from './remote';

/** A workflow that n8n does not have as wanted. */
export interface DueChange {
	workflowId: number;
	/** Begins with `pending:` when n8n does not have it at all. */
	n8nWorkflowId: string;
	name: string;
	/** Null for one that was found in n8n: only whether it is published is wanted. */
	registrationId: string | null;
	/** n8n was read back with this template. */
	isTemplateApplied: boolean;
	desiredActive: boolean;
	isActive: boolean;
	/** Somebody has published or unpublished it in n8n against that, and it is left so. */
	isOverruled: boolean;
	/** The edits that were made in n8n are to go. */
	isOverwriting: boolean;
	/** It is registered, and was made by people: it is to be read, and taken in hand. */
	isToTake: boolean;
	/** It has another registered name, which n8n is to have, too. */
	isRenaming: boolean;
	/** It is to be archived or deleted there, and to be registered no longer. */
	removal: Removal | null;
	/** Failures in a row. */
	attempts: number;
}

/** What is to be done in an n8n instance now, by id and above the id `after`; what failed waits its time. */
export async function listDueChanges(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	{ after, limit }: { after: number; limit: number },
): Promise<DueChange[]> {
	return sql<DueChange[]>`
		select w.id as workflow_id, w.n8n_workflow_id, w.name, s.registration_id,
			w.template_key is not distinct from s.applied_template_key as is_template_applied,
			w.desired_active, w.is_active, s.overruled_at is not null as is_overruled,
			s.overwrite_requested_at is not null as is_overwriting,
			${isToTake(sql)} as is_to_take, s.rename_requested_at is not null as is_renaming, ${removalOf(sql)} as removal,
			coalesce(s.apply_attempts, 0) as attempts
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.id > ${after}
			and w.desired_active is not null
			and coalesce(s.apply_after <= now(), true)
			and s.create_started_at is null
			and case
				when ${removalOf(sql)} is not null then true
				when starts_with(w.n8n_workflow_id, ${PENDING}) then w.template_key is not null
				when s.missing_since is not null then false
				else w.is_active <> w.desired_active and s.overruled_at is null
					or w.is_active and s.is_crossing_published and s.registration_id is not null
					or s.overwrite_requested_at is not null
					or ${isToTake(sql)}
					or s.rename_requested_at is not null and s.registration_id is not null
					or s.registration_id is not null
						and w.template_key is distinct from s.applied_template_key
						and w.template_key is distinct from s.refused_template_key
			end
		order by w.id
		limit ${limit}`;
}

/** n8n is as was wanted. Whether it is published, and that was asked for again meanwhile, a later look at n8n settles. */
export async function recordInStep(sql: Sql, { workflowId, desiredActive }: DueChange): Promise<void> {
	await sql`
		update workflow_sync_states s
		set last_applied_at = now(),
			apply_attempts = 0,
			apply_after = null,
			last_error = null,
			is_publication_settled = s.is_publication_settled
				or s.is_publication_heard and w.desired_active is not distinct from ${desiredActive}
		from workflows w
		where s.workflow_id = ${workflowId}
			and w.organization_id = s.organization_id
			and w.id = s.workflow_id`;
}

/** It was unpublished by the worker itself, and not by hand. */
export async function recordWithdrawn(sql: Sql, workflowId: number): Promise<void> {
	await sql`
		update workflow_sync_states
		set is_publication_settled = false
		where workflow_id = ${workflowId}`;
}

/** n8n could not be brought to what is wanted: why, in words for who wants it, and when to try again. */
export async function recordFailures(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	failures: { workflowId: number; error: string; retrySeconds: number }[],
): Promise<void> {
	await sql`
		insert into workflow_sync_states as s (
			workflow_id, organization_id, last_error, apply_attempts, apply_after)
		select w.id, w.organization_id, e.error, 1, now() + make_interval(secs => e."retrySeconds")
		from jsonb_to_recordset(${sql.json(failures)}) as e("workflowId" int, error text, "retrySeconds" float)
		join workflows w on w.organization_id = ${organizationId} and w.id = e."workflowId"
		on conflict (workflow_id) do update
		set last_error = excluded.last_error,
			apply_attempts = s.apply_attempts + 1,
			apply_after = excluded.apply_after`;
}

/** Forgets the failures of what has come to be as wanted without us: somebody published it in n8n, say. */
export async function forgetSettledFailures(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
): Promise<void> {
	await sql`
		update workflow_sync_states s
		set last_error = null,
			apply_attempts = 0,
			apply_after = null
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active is not null
			and w.desired_active = w.is_active
			and not starts_with(w.n8n_workflow_id, ${PENDING})
			and s.organization_id = ${organizationId}
			and s.workflow_id = w.id
			and s.last_error is not null
			and s.rename_requested_at is null
			and ${removalOf(sql)} is null
			and not ${isToTake(sql)}
			and (
				s.registration_id is null
				or w.template_key is not distinct from s.applied_template_key
				or w.template_key = s.refused_template_key)`;
}
