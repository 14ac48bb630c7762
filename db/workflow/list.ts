import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { label, rowLimit, rowOffset, text } from '../../domain/input/field';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import { type Workflow, WORKFLOW_STATES } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';
import { stateOf, workflowColumns, workflowTables } from './columns';

/** A workflow, and where it was asked for the template it was registered with; null when it has none. */
export type WorkflowWithTemplate = Workflow & { template?: Record<string, unknown> | null };

export const workflowFilterSchema = z.strictObject({
	state: z.array(label(WORKFLOW_STATES)).optional(),
	/** Whether it is published, as n8n last said. */
	isActive: z.boolean().optional(),
	category: text(100).optional(),
	/** `webhook`, `schedule`, … */
	triggerType: text(100).optional(),
	/** Name of the n8n connection. */
	integration: text(255).optional(),
	/** Part of the name; letter case does not matter. */
	search: text(255).optional(),
	includeTemplate: z.boolean().default(false),
	limit: rowLimit,
	offset: rowOffset,
});
export type WorkflowFilter = z.input<typeof workflowFilterSchema>;

/** Lists workflows by name. One statement. */
export function listWorkflows(sql: Sql, filter: WorkflowFilter) {
	const { state, isActive, category, triggerType, integration, search, ...rest } = parseInput(
		workflowFilterSchema,
		filter,
	);
	const pattern = search && containing(search);
	return sql<WorkflowWithTemplate[]>`
		select ${columns(sql, rest.includeTemplate)}
		from ${workflowTables(sql)}
		where w.organization_id = (select lma.current_organization_id())
			${isActive !== undefined ? sql`and w.is_active = ${isActive}` : sql``}
			${category !== undefined ? sql`and w.category = ${category}` : sql``}
			${triggerType !== undefined ? sql`and w.trigger_type = ${triggerType}` : sql``}
			${integration !== undefined ? sql`and i.name = ${integration}` : sql``}
			${pattern ? sql`and w.name ilike ${pattern}` : sql``}
			${state ? sql`and ${stateOf(sql)} = any(${state}::text[])` : sql``}
		order by w.name, w.id
		limit ${rest.limit}
		offset ${rest.offset}`;
}

/** Finds workflows by id, one result per id in the same order. One statement. */
export async function findWorkflows(
	sql: Sql,
	ids: readonly number[],
	{ includeTemplate = false } = {},
): Promise<ItemResult<Workflow>[]> {
	const rows = await sql<Workflow[]>`
		select ${columns(sql, includeTemplate)}
		from ${workflowTables(sql)}
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${[...new Set(ids)]}::int[])`;
	return resultsById('Workflow', ids, new Map(rows.map((row) => [row.id, row])));
}

function columns(sql: Sql, includeTemplate: boolean) {
	if (!includeTemplate) return workflowColumns(sql);
	return sql`${workflowColumns(sql)}, w.configuration -> 'template' as template`;
}
