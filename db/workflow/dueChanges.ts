import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
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
	/** versionId in n8n after the worker last wrote there; null when it never did. */
	appliedVersionId: string | null;
	desiredActive: boolean;
	isActive: boolean;
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
			s.applied_version_id, w.desired_active, w.is_active, coalesce(s.apply_attempts, 0) as attempts
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.id > ${after}
			and w.desired_active is not null
			and coalesce(s.apply_after <= now(), true)
			and s.create_started_at is null
			and case
				when starts_with(w.n8n_workflow_id, ${PENDING}) then w.template_key is not null
				when s.missing_since is not null then false
				else w.is_active <> w.desired_active
					or s.registration_id is not null and w.template_key is distinct from s.applied_template_key
			end
		order by w.id
		limit ${limit}`;
}

/** What a workflow is to be made of, and its key: a bigint as text. Null when the row is gone. */
export async function findWantedTemplate(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	workflowId: number,
): Promise<{ template: unknown; templateKey: string | null } | null> {
	const [row] = await sql<{ template: unknown; templateKey: string | null }[]>`
		select configuration -> 'template' as template, template_key::text
		from workflows
		where organization_id = ${organizationId}
			and id = ${workflowId}`;
	return row ?? null;
}

/** n8n has this template, as read back with this version. */
export async function recordTemplateApplied(
	sql: Sql,
	workflowId: number,
	applied: { templateKey: string | null; versionId: string | null },
): Promise<void> {
	await sql`
		update workflow_sync_states
		set applied_template_key = ${applied.templateKey}::bigint,
			applied_version_id = ${applied.versionId}
		where workflow_id = ${workflowId}`;
}

/** The version that n8n has after the worker wrote to it, whatever it kept of that. */
export async function recordWritten(sql: Sql, workflowId: number, versionId: string | null): Promise<void> {
	await sql`
		update workflow_sync_states
		set applied_version_id = ${versionId}
		where workflow_id = ${workflowId}`;
}

/** n8n is as wanted. */
export async function recordInStep(sql: Sql, workflowId: number): Promise<void> {
	await sql`
		update workflow_sync_states
		set last_applied_at = now(),
			apply_attempts = 0,
			apply_after = null,
			last_error = null
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
			and (s.registration_id is null or w.template_key is not distinct from s.applied_template_key)`;
}
