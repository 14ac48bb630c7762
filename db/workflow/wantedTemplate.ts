import type { WorkflowContent } from '../../domain/workflow/content';
import type { JsonValue, Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/** What a workflow in n8n is to become, and what it was when the worker last wrote there. */
export interface WantedTemplate {
	template: unknown;
	/** Of the template: a bigint as text. */
	templateKey: string | null;
	registeredName: string;
	written: WrittenContent | null;
	/** When it was asked that the template replace edits; as text, to the microsecond. */
	overwriteRequestedAt: string | null;
}

/** What n8n had after the worker last wrote there, and the settings that it was sent, as JSON. */
export type WrittenContent = WorkflowContent & { sent: Record<string, string> };

/** Null when the row is gone. */
export async function findWantedTemplate(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	workflowId: number,
): Promise<WantedTemplate | null> {
	const [row] = await sql<WantedTemplate[]>`
		select w.configuration -> 'template' as template, w.template_key::text,
			coalesce(w.registered_name, w.name) as registered_name, s.applied_content as written,
			s.overwrite_requested_at::text
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.id = ${workflowId}`;
	return row ?? null;
}

/** n8n has this template, and nothing of what was edited before. */
export async function recordTemplateApplied(
	sql: Sql,
	workflowId: number,
	applied: Pick<WantedTemplate, 'templateKey' | 'overwriteRequestedAt'> & { leftOut: string | null },
): Promise<void> {
	await sql`
		update workflow_sync_states
		set applied_template_key = ${applied.templateKey}::bigint,
			refused_template_key = null,
			left_out = ${applied.leftOut},
			-- Asked for again meanwhile: then once more.
			overwrite_requested_at = case
				when overwrite_requested_at <= ${applied.overwriteRequestedAt}::timestamptz then null
				else overwrite_requested_at
			end
		where workflow_id = ${workflowId}`;
}

/** This template was not applied, since it would have undone what people had edited. */
export async function recordTemplateRefused(
	sql: Sql,
	workflowId: number,
	templateKey: string | null,
): Promise<void> {
	await sql`
		update workflow_sync_states
		set refused_template_key = ${templateKey}::bigint,
			apply_attempts = 0,
			apply_after = null,
			last_error = null
		where workflow_id = ${workflowId}`;
}

/** What n8n has after the worker wrote to it, whatever it kept of that: what differs from it later was edited by others. */
export async function recordWritten(sql: Sql, workflowId: number, written: WrittenContent): Promise<void> {
	await sql`
		update workflow_sync_states
		set applied_content = ${sql.json(written as unknown as JsonValue)},
			draft_edits = null,
			published_edits = null,
			edits_in_words = null,
			judged_by = null
		where workflow_id = ${workflowId}`;
}
