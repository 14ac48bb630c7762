import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Renaming } from '../../domain/workflow/registration';
import { PENDING, type Workflow } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { findWorkflows } from './list';

/** A renamed workflow, and whether that was new. */
export type RenamedWorkflow = Workflow & { action: 'updated' | 'unchanged' };

interface Asked {
	id: number;
	registeredName: string | null;
	/** Another workflow of the same n8n that has the name that is wanted. */
	takenBy: number | null;
	isTakenByRegistered: boolean;
}

/**
 * Gives registered workflows another name, by which they are registered from now on, and which the worker gives them in n8n.
 * Their content stays, edited or not. Of several for one workflow the last counts; a name that another workflow of the same n8n
 * has is refused. One result per input. Can be repeated. Three statements.
 */
export async function renameWorkflows(
	sql: Sql,
	renamings: readonly Renaming[],
): Promise<ItemResult<RenamedWorkflow>[]> {
	const last = new Map(renamings.map((renaming) => [renaming.workflowId, renaming]));
	const asked = await findAsked(sql, [...last.values()]);
	const names = new Set<string>();
	const obstacles = new Map<number, LmaError | undefined>();
	for (const row of asked) {
		const name = last.get(row.id)?.name ?? '';
		// Two of one batch, be it in two n8n: rather asked for apart than wrong.
		obstacles.set(row.id, names.has(name) ? taken(name) : obstacleTo(row, name));
		names.add(name);
	}
	const changes = asked
		.filter((row) => !obstacles.get(row.id) && row.registeredName !== last.get(row.id)?.name)
		.map(({ id }) => ({ id, name: last.get(id)?.name ?? '' }));
	await sql`
		update workflows w
		set registered_name = e.name,
			-- What n8n is being asked to make is looked for by the name that it was sent.
			name = case when starts_with(w.n8n_workflow_id, ${PENDING}) and not exists (
				select
				from workflow_sync_states s
				where s.organization_id = w.organization_id
					and s.workflow_id = w.id
					and s.create_started_at is not null) then e.name else w.name end
		from jsonb_to_recordset(${sql.json(changes)}) as e(id int, name text)
		where w.organization_id = (select lma.current_organization_id())
			and w.id = e.id`;
	const changed = new Set(changes.map(({ id }) => id));
	const found = await findWorkflows(
		sql,
		renamings.map(({ workflowId }) => workflowId),
	);
	return renamings.map(({ workflowId }, position) => {
		const obstacle = obstacles.get(workflowId);
		const row = found[position]?.row;
		if (obstacle) return { error: obstacle };
		if (!row) return { error: new NotFoundError('Workflow', workflowId) };
		return { row: { ...row, action: changed.has(workflowId) ? 'updated' : 'unchanged' } };
	});
}

function findAsked(sql: Sql, renamings: Renaming[]) {
	return sql<Asked[]>`
		select w.id, w.registered_name, other.id as taken_by, coalesce(other.is_registered, false) as is_taken_by_registered
		from jsonb_to_recordset(${sql.json(renamings.map(({ workflowId, name }) => ({ workflowId, name })))})
			as e("workflowId" int, name text)
		join workflows w on w.id = e."workflowId"
		left join lateral (
			select o.id, o.registered_name is not null as is_registered
			from workflows o
			left join workflow_sync_states s on s.organization_id = o.organization_id and s.workflow_id = o.id
			where o.organization_id = (select lma.current_organization_id())
				and o.integration_id is not distinct from w.integration_id
				and o.id <> w.id
				and (o.registered_name = e.name
					or o.registered_name is null and o.name = e.name
						and s.missing_since is null and not coalesce(s.is_archived, false))
			order by o.registered_name nulls last
			limit 1
		) other on true
		where w.organization_id = (select lma.current_organization_id())
		order by w.id
		for no key update of w`;
}

function obstacleTo(row: Asked, name: string): LmaError | undefined {
	if (row.registeredName === null) {
		return new ConflictError(
			`Workflow ${row.id} was found in n8n, and is not registered`,
			'Rename it in n8n, or register it first.',
		);
	}
	return row.takenBy === null ? undefined : taken(name, row);
}

function taken(name: string, row?: Asked): ConflictError {
	const by = row?.takenBy
		? `workflow ${row.takenBy}${row.isTakenByRegistered ? '' : ', which is in n8n'}`
		: 'another workflow';
	return new ConflictError(
		`The name "${name}" is that of ${by}`,
		'Choose another name, or rename that one first.',
	);
}
