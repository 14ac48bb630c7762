import { ConflictError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Unregistration } from '../../domain/workflow/removal';
import { PENDING, type Workflow } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { findWorkflows } from './list';

/**
 * A workflow that is registered no longer, and what that did: `released`, it stays in n8n and is only followed; `removed`, n8n
 * does not have it, and the row is gone; `requested`, the worker archives or deletes it, and then it is so; `unchanged`, it was
 * not registered.
 */
export type UnregisteredWorkflow = Workflow & { action: Action };
type Action = 'released' | 'removed' | 'requested' | 'unchanged';

interface Registered {
	id: number;
	isRegistered: boolean;
	/** Something is wanted of it, and be it only whether it is published. */
	isWanted: boolean;
	isConnected: boolean;
	/** n8n has it, as far as is known, or is being asked to make it. */
	isThere: boolean;
	isPending: boolean;
}

/**
 * Ends registrations: nothing is wanted any more of these workflows. What becomes of them in n8n is said with each; by itself,
 * nothing. Of several for one workflow the last counts. One result per input, with the row as it was, or as it is where it
 * stays. Can be repeated. Six statements.
 */
export async function unregisterWorkflows(
	sql: Sql,
	unregistrations: readonly Unregistration[],
): Promise<ItemResult<UnregisteredWorkflow>[]> {
	const wanted = new Map(unregistrations.map(({ workflowId, inN8n }) => [workflowId, inN8n]));
	const asked = new Map((await lockRegistered(sql, [...wanted.keys()])).map((row) => [row.id, row]));
	const before = await findWorkflows(
		sql,
		unregistrations.map(({ workflowId }) => workflowId),
	);
	const outcomes = new Map([...asked].map(([id, row]) => [id, outcomeFor(row, wanted.get(id) ?? 'keep')]));
	await write(sql, outcomes, wanted);
	const after = await findWorkflows(
		sql,
		unregistrations.map(({ workflowId }) => workflowId),
	);
	return unregistrations.map(({ workflowId }, position) => {
		const outcome = outcomes.get(workflowId);
		const row = after[position]?.row ?? before[position]?.row;
		if (!outcome || !row) return { error: new NotFoundError('Workflow', workflowId) };
		return outcome instanceof ConflictError ? { error: outcome } : { row: { ...row, action: outcome } };
	});
}

/** Locked against the worker, too, which may be about to make one: it is looked at only then. */
async function lockRegistered(sql: Sql, ids: number[]) {
	await sql`
		select
		from workflows w
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${ids}::int[])
		order by w.id
		for update`;
	return sql<Registered[]>`
		select w.id, w.registered_name is not null as is_registered,
			w.desired_active is not null as is_wanted, w.integration_id is not null as is_connected,
			starts_with(w.n8n_workflow_id, ${PENDING}) as is_pending,
			case
				when starts_with(w.n8n_workflow_id, ${PENDING}) then s.create_started_at is not null
				else s.missing_since is null
			end as is_there
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${ids}::int[])`;
}

function outcomeFor(row: Registered, inN8n: Unregistration['inN8n']): Action | ConflictError {
	if (!row.isRegistered) {
		if (inN8n === 'keep') return row.isWanted ? 'released' : 'unchanged';
		return new ConflictError(
			`Workflow ${row.id} was found in n8n, and is not registered`,
			'Only what is registered here is archived or deleted. Do it in n8n.',
		);
	}
	if (!row.isThere || (row.isPending && inN8n === 'keep')) return 'removed';
	if (inN8n === 'keep') return 'released';
	if (row.isConnected) return 'requested';
	return new ConflictError(
		`Workflow ${row.id} belongs to no n8n connection`,
		`It cannot be ${inN8n}d there. Unregister it with keep, and ${inN8n} it in n8n.`,
	);
}

async function write(
	sql: Sql,
	outcomes: Map<number, Action | ConflictError>,
	wanted: Map<number, Unregistration['inN8n']>,
): Promise<void> {
	const idsOf = (action: Action) =>
		[...outcomes].filter(([, outcome]) => outcome === action).map(([id]) => id);
	await sql`
		with removed as (
			delete from workflows w
			where w.organization_id = (select lma.current_organization_id())
				and w.id = any(${idsOf('removed')}::int[])
		)
		update workflows w
		set registered_name = null,
			configuration = case
				when jsonb_typeof(w.configuration) = 'object' then w.configuration - 'template' - 'desired'
				else w.configuration
			end
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${idsOf('released')}::int[])`;
	const requested = idsOf('requested').map((id) => ({ id, removal: wanted.get(id) ?? null }));
	await sql`
		update workflows w
		set configuration = w.configuration
			|| jsonb_build_object('desired', jsonb_build_object('active', false, 'removal', e.removal))
		from jsonb_to_recordset(${sql.json(requested)}) as e(id int, removal text)
		where w.organization_id = (select lma.current_organization_id())
			and w.id = e.id`;
}
