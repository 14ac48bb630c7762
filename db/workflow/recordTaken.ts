import type { JsonValue, Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';
import type { WrittenContent } from './wantedTemplate';

/** What the worker has read of a workflow that is to be taken in hand. */
export interface ReadWorkflow {
	/** The ids of nodes that the worker will add are made from it. */
	registrationId: string;
	/** What it has becomes the template, unless it is to have another one. */
	template: JsonValue;
	/** From which edits are told from now on. */
	content: WrittenContent;
	isPublished: boolean;
}

/**
 * A workflow that people have made is in the worker's hands. Whether it should be published is what it is now, unless somebody has
 * said so. Null when it is registered no longer. Can be repeated.
 */
export async function recordTaken(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	workflowId: number,
	read: ReadWorkflow,
): Promise<{ hasOwnTemplate: boolean; desiredActive: boolean } | null> {
	const [taken] = await sql<{ hasOwnTemplate: boolean; desiredActive: boolean }[]>`
		with wanted as materialized (
			select w.id, w.organization_id, w.template_key is null as has_own_template
			from workflows w
			where w.organization_id = ${organizationId}
				and w.id = ${workflowId}
				and w.registered_name is not null
				and w.desired_active is not null
			for no key update
		), taken as (
			update workflows w
			set configuration = w.configuration
				|| case when wanted.has_own_template
					then jsonb_build_object('template', ${sql.json(read.template)}::jsonb) else '{}' end
				|| case when w.configuration #> '{desired,asFound}' = 'true'
					then jsonb_build_object('desired', jsonb_build_object('active', ${read.isPublished}::boolean))
					else '{}' end
			from wanted
			where w.organization_id = wanted.organization_id
				and w.id = wanted.id
			returning w.id, w.organization_id, w.template_key, w.desired_active, wanted.has_own_template
		), state as (
			insert into workflow_sync_states as s (
				workflow_id, organization_id, registration_id, applied_content, applied_template_key)
			select id, organization_id, ${read.registrationId}::uuid,
				${sql.json(read.content as unknown as JsonValue)}::jsonb,
				case when has_own_template then template_key end
			from taken
			on conflict (workflow_id) do update
			set registration_id = excluded.registration_id,
				applied_content = excluded.applied_content,
				applied_template_key = excluded.applied_template_key,
				draft_edits = null,
				published_edits = null,
				edits_in_words = null,
				judged_by = null
		)
		select has_own_template, desired_active
		from taken`;
	return taken ?? null;
}
