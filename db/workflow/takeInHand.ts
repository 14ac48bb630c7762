import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Taking } from '../../domain/workflow/registration';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { findWorkflows } from './list';
import type { RegisteredWorkflow } from './register';

interface Asked {
	id: number;
	name: string;
	isRegistered: boolean;
	isConnected: boolean;
	isMissing: boolean;
	isArchived: boolean;
	isConfigurable: boolean;
	/** Another workflow that is registered by its name in the same n8n. */
	takenBy: number | null;
}

/**
 * Registers workflows that were found in n8n, by the names that they have there. The worker then reads each, and what it has is
 * its template from then on; nothing is changed in n8n. Unless it is said, it stays published, or not, as it is when the worker
 * reads it. Of several for one workflow the last counts. One result per input. Can be repeated. Three statements.
 */
export async function takeInHand(
	sql: Sql,
	takings: readonly Taking[],
): Promise<ItemResult<RegisteredWorkflow>[]> {
	const last = new Map(takings.map((taking) => [taking.workflowId, taking]));
	const asked = await sql<Asked[]>`
		select w.id, w.name, w.registered_name is not null as is_registered,
			w.integration_id is not null and not starts_with(w.n8n_workflow_id, ${PENDING}) as is_connected,
			s.missing_since is not null as is_missing, coalesce(s.is_archived, false) as is_archived,
			jsonb_typeof(w.configuration) = 'object' as is_configurable,
			(
				select min(o.id)
				from workflows o
				where o.organization_id = w.organization_id
					and o.integration_id = w.integration_id
					and o.registered_name = w.name
			) as taken_by
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${[...last.keys()]}::int[])
		order by w.id
		for no key update of w`;
	const obstacles = new Map(asked.map((row) => [row.id, obstacleTo(row, asked)]));
	const input = asked.filter((row) => !obstacles.get(row.id)).map(({ id }) => ({ ...last.get(id), id }));
	const changed = await sql<{ id: number }[]>`
		update workflows w
		set registered_name = coalesce(w.registered_name, w.name),
			configuration = ${configuration(sql)},
			description = coalesce(e.description, w.description),
			category = coalesce(e.category, w.category)
		from jsonb_to_recordset(${sql.json(input)})
			as e(id int, "isActive" boolean, description text, category text)
		where w.organization_id = (select lma.current_organization_id())
			and w.id = e.id
			and (
				w.registered_name is null
				or (w.configuration, w.description, w.category) is distinct from (
					${configuration(sql)}, coalesce(e.description, w.description), coalesce(e.category, w.category)))
		returning w.id`;
	const isChanged = new Set(changed.map(({ id }) => id));
	const before = new Map(asked.map((row) => [row.id, row]));
	const found = await findWorkflows(
		sql,
		takings.map(({ workflowId }) => workflowId),
	);
	return takings.map(({ workflowId }, position) => {
		const obstacle = obstacles.get(workflowId);
		const row = found[position]?.row;
		if (obstacle) return { error: obstacle };
		if (!row) return { error: new NotFoundError('Workflow', workflowId) };
		if (!isChanged.has(workflowId)) return { row: { ...row, action: 'unchanged' } };
		return { row: { ...row, action: before.get(workflowId)?.isRegistered ? 'updated' : 'taken' } };
	});
}

/** What one that is registered already is to have; and for the worker, which knows better whether the others are published. */
function configuration(sql: Sql) {
	return sql`
		case
			when w.registered_name is null then (w.configuration - 'template') || jsonb_build_object(
				'desired', jsonb_build_object('active', coalesce(e."isActive", w.is_active))
					|| case when e."isActive" is null then '{"asFound": true}' else '{}' end::jsonb)
			when e."isActive" is null then w.configuration
			else w.configuration || jsonb_build_object('desired', jsonb_build_object('active', e."isActive"))
		end`;
}

function obstacleTo(row: Asked, all: readonly Asked[]): LmaError | undefined {
	if (row.isRegistered) return undefined;
	if (!row.isConnected || !row.isConfigurable) {
		return new ConflictError(
			`Workflow ${row.id} was not found in n8n by the worker`,
			'Choose one that the worker has seen: connect its n8n with lma org connect n8n, and have it synced.',
		);
	}
	if (row.isMissing)
		return new ConflictError(`Workflow ${row.id} is no longer in n8n`, 'Choose another one.');
	if (row.isArchived)
		return new ConflictError(`Workflow ${row.id} is archived in n8n`, 'Unarchive it there first.');
	const takenBy = row.takenBy ?? all.find(({ id, name }) => id < row.id && name === row.name)?.id ?? null;
	if (takenBy === null) return undefined;
	return new ConflictError(
		`The name "${row.name}" is that of workflow ${takenBy}, which is registered`,
		'Rename one of the two in n8n, or unregister the other one.',
	);
}
