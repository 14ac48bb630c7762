import type { Sql } from '../client';

/** `n8n_workflow_id` of a registered workflow that n8n does not have yet: this and a UUID. */
export const PENDING = 'pending:';

/**
 * How a workflow in n8n compares with what is wanted of it.
 *
 * `pending`: registered, and not in n8n yet. `changing`: n8n is not as wanted yet. `inStep`: it is. `failed`: it could not
 * be brought there so far; `problem` says why, and the worker goes on trying. `missing`: n8n has it no more. `followed`:
 * nothing is wanted of it, the database only follows n8n.
 */
export const WORKFLOW_STATES = ['changing', 'failed', 'followed', 'inStep', 'missing', 'pending'] as const;
export type WorkflowState = (typeof WORKFLOW_STATES)[number];

/** A row of `workflows`, with what n8n last said of it. */
export interface Workflow {
	id: number;
	organizationId: number;
	/** The n8n instance it lives in, or is to be made in; null: whichever the organization connects. */
	integrationId: number | null;
	integrationName: string | null;
	/** Begins with `pending:` until n8n has it. */
	n8nWorkflowId: string;
	name: string;
	/** The name it was registered by; null when it was found in n8n. */
	registeredName: string | null;
	description: string | null;
	category: string | null;
	/** `webhook`, `schedule`, …: the type of its first trigger. */
	triggerType: string | null;
	triggerConditions: Record<string, unknown>;
	/** Without its `template`, which can be large. */
	configuration: Record<string, unknown>;
	state: WorkflowState;
	/** Why it is not as wanted, and what to do; null when there is nothing to say. */
	problem: string | null;
	/** Whether it should be published in n8n; null: that is left to n8n. */
	desiredActive: boolean | null;
	/** Whether it was published when n8n was last asked. */
	isActive: boolean;
	/** What n8n last said; null when it was never asked. */
	observed: ObservedWorkflow | null;
	createdBy: number | null;
	createdAt: string;
	updatedAt: string;
}

export interface ObservedWorkflow {
	versionId: string | null;
	/** The published version; null when none is. */
	activeVersionId: string | null;
	isArchived: boolean;
	updatedAt: string | null;
	tags: { id: string; name: string }[];
	lastSeenAt: string | null;
	missingSince: string | null;
	/** When n8n was last brought to what is wanted, and read back. */
	lastAppliedAt: string | null;
	/** When that is tried next, after it failed. */
	retryAt: string | null;
}

/** A workflow `w`, its state `s` and its integration `i`, as `workflowTables` joins them. */
export function stateOf(sql: Sql) {
	return sql`
		case
			when ${isMissing(sql)} then 'missing'
			when w.desired_active is null then 'followed'
			when s.last_error is not null then 'failed'
			when starts_with(w.n8n_workflow_id, ${PENDING}) then 'pending'
			when w.is_active <> w.desired_active or w.template_key <> s.applied_template_key then 'changing'
			else 'inStep'
		end`;
}

/** Not in n8n any more; one that is to be made anew is pending. */
function isMissing(sql: Sql) {
	return sql`(s.missing_since is not null and not starts_with(w.n8n_workflow_id, ${PENDING}))`;
}

/** Workflows of the organization as `w`, with `s` and `i`. */
export function workflowTables(sql: Sql) {
	return sql`
		workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		left join integrations i on i.organization_id = w.organization_id and i.id = w.integration_id`;
}

/** The columns of a `Workflow`. */
export function workflowColumns(sql: Sql) {
	return sql`
		w.id, w.organization_id, w.integration_id, i.name as integration_name, w.n8n_workflow_id, w.name, w.registered_name,
		w.description, w.category, w.trigger_type, w.trigger_conditions,
		case when jsonb_typeof(w.configuration) = 'object' then w.configuration - 'template' else w.configuration end
			as configuration,
		${stateOf(sql)} as state,
		case
			when ${isMissing(sql)} then
				'n8n has this workflow no more. Register it again to have it made anew.'
			when w.desired_active is null then null
			when i.status <> 'active' then format(
				'The connection "%s" is %s: %s. Save it again with lma org connect.',
				i.name, i.status, coalesce(i.last_error, 'it was switched off'))
			when w.integration_id is null then
				'No n8n instance is connected. Connect one with lma org connect n8n.'
			else s.last_error
		end as problem,
		w.desired_active, w.is_active,
		case when s.workflow_id is not null then jsonb_build_object(
			'versionId', s.remote_version_id, 'activeVersionId', s.remote_active_version_id, 'isArchived', s.is_archived,
			'updatedAt', ${isoTime(sql, 's.remote_updated_at')}, 'tags', s.tags,
			'lastSeenAt', ${isoTime(sql, 's.last_seen_at')}, 'missingSince', ${isoTime(sql, 's.missing_since')},
			'lastAppliedAt', ${isoTime(sql, 's.last_applied_at')}, 'retryAt', ${isoTime(sql, 's.apply_after')}
		) end as observed,
		w.created_by, w.created_at, w.updated_at`;
}

/** A time within JSON, as the client gives those outside. */
function isoTime(sql: Sql, column: string) {
	return sql`to_char(${sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
