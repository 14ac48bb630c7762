import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';

/** A workflow `w`, its state `s` and its integration `i`, as `workflowTables` joins them. */
export function stateOf(sql: Sql) {
	return sql`
		case
			when ${isMissing(sql)} then 'missing'
			when w.desired_active is null then 'followed'
			when s.last_error is not null or s.crossing is not null then 'failed'
			when starts_with(w.n8n_workflow_id, ${PENDING}) then 'pending'
			when s.overwrite_requested_at is not null
				or s.rename_requested_at is not null
				or ${removalOf(sql)} is not null
				or ${isToTake(sql)}
				or w.is_active <> w.desired_active and s.overruled_at is null
				or w.template_key <> s.applied_template_key and s.refused_template_key is distinct from w.template_key
				then 'changing'
			when s.draft_edits is not null or s.published_edits is not null or s.overruled_at is not null then 'edited'
			else 'inStep'
		end`;
}

/** What is wanted of n8n before `w` is registered no longer, `archive` or `delete`; null when nothing. */
export function removalOf(sql: Sql) {
	return sql`substring(w.configuration #>> '{desired,removal}' from '^(?:archive|delete)$')`;
}

/** Whether it is registered, and was made by people: the worker has to read it first. */
export function isToTake(sql: Sql) {
	return sql`(w.registered_name is not null and s.registration_id is null
		and not starts_with(w.n8n_workflow_id, ${PENDING}))`;
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
				'n8n no longer has this workflow. Register it again to have it created again.'
			when w.desired_active is null then s.crossing
			when i.status = 'inactive' then format(
				'The connection "%s" is switched off. Use it again with lma org connection enable.', i.name)
			when i.status <> 'active' then format(
				'The connection "%s" is %s: %s. Save it again with lma org connect n8n.',
				i.name, i.status, coalesce(i.last_error, 'no reason is known'))
			when w.integration_id is null then
				'No n8n instance is connected. Connect one with lma org connect n8n.'
			-- One that is to be made anew has nothing in n8n to speak of.
			when starts_with(w.n8n_workflow_id, ${PENDING}) then s.last_error
			else ${reasons(sql)}
		end as problem,
		w.desired_active, w.is_active,
		case when s.workflow_id is not null then jsonb_build_object(
			'versionId', s.remote_version_id, 'activeVersionId', s.remote_active_version_id, 'isArchived', s.is_archived,
			'updatedAt', ${isoTime(sql, 's.remote_updated_at')}, 'tags', s.tags,
			'lastSeenAt', ${isoTime(sql, 's.last_seen_at')}, 'missingSince', ${isoTime(sql, 's.missing_since')},
			'lastAppliedAt', ${isoTime(sql, 's.last_applied_at')}, 'retryAt', ${isoTime(sql, 's.apply_after')},
			'draftEdits', s.draft_edits, 'publishedEdits', s.published_edits,
			'overruledAt', ${isoTime(sql, 's.overruled_at')}
		) end as observed,
		w.created_by, w.created_at, w.updated_at`;
}

/** All that is to be said of a workflow of which something is wanted; null when there is nothing. */
function reasons(sql: Sql) {
	return sql`nullif(concat_ws(' ',
		s.last_error,
		case when strpos(s.last_error, s.crossing) > 0 then null else s.crossing end,
		case when s.overruled_at is not null then format(
			'It was %s in n8n by hand, and is left so until Set Active says again what is wanted.',
			case when w.is_active then 'published' when s.is_archived then 'archived' else 'unpublished' end)
		end,
		s.edits_in_words,
		case when s.overwrite_requested_at is null then
			case
				when s.refused_template_key = w.template_key then
					'The new template was not applied, since it would undo that. Register it with Overwrite Edits to have it applied all the same.'
				when s.draft_edits is not null or s.published_edits is not null then
					'Register it again with Overwrite Edits to have the template put back.'
			end
		end,
		s.left_out), '')`;
}

/** A time within JSON, as the client gives those outside. */
function isoTime(sql: Sql, column: string) {
	return sql`to_char(${sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
