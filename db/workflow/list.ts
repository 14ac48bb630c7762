import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { label, text } from '../../domain/input/field';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import { type Workflow, WORKFLOW_STATES } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';
import { pageOrder, type PageOrder } from '../list/pageOrder';
import { pagePart } from '../list/pagePart';
import { stateOf, workflowColumns, workflowTables } from './columns';

/** A workflow, and where it was asked for the template it was registered with; null when it has none. */
export type WorkflowWithTemplate = Workflow & { template?: Record<string, unknown> | null };

const filterSchema = z.strictObject({
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
	...pageFields,
});

export const workflowFilterSchema = filterSchema.check(cursorFits(identityOf));
export type WorkflowFilter = z.input<typeof workflowFilterSchema>;

const BY_NAME: PageOrder = {
	name: 'name',
	keys: ['text'],
	direction: 'asc',
	columns: (sql) => ({ keys: [sql`w.name`], id: sql`w.id` }),
};

function identityOf(filter: z.output<typeof filterSchema>): ListIdentity {
	const { includeTemplate: _, ...conditions } = conditionsOf(filter);
	return { rows: 'workflows', order: BY_NAME, conditions };
}

/** Lists workflows by name, with cursors where the filter asks for them. One statement. */
export function listWorkflows(sql: Sql, filter: WorkflowFilter): PromiseLike<Listed<WorkflowWithTemplate>[]> {
	const checked = parseInput(workflowFilterSchema, filter);
	const { state, isActive, category, triggerType, integration, search, ...rest } = checked;
	const identity = identityOf(checked);
	const page = pageOrder(sql, BY_NAME, {
		position: positionOf(checked, identity),
		includeCursor: rest.includeCursor,
	});
	const pattern = search && containing(search);
	const rows = sql<Listed<WorkflowWithTemplate>[]>`
		select ${columns(sql, rest.includeTemplate)}${page.cursorKey}
		from ${workflowTables(sql)}
		where w.organization_id = (select lma.current_organization_id())
			${isActive !== undefined ? sql`and w.is_active = ${isActive}` : sql``}
			${category !== undefined ? sql`and w.category = ${category}` : sql``}
			${triggerType !== undefined ? sql`and w.trigger_type = ${triggerType}` : sql``}
			${integration !== undefined ? sql`and i.name = ${integration}` : sql``}
			${pattern ? sql`and w.name ilike ${pattern}` : sql``}
			${state ? sql`and ${stateOf(sql)} = any(${state}::text[])` : sql``}
			${page.afterCursor}
		order by ${page.orderBy}
		${pagePart(sql, rest)}`;
	return rest.includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
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
