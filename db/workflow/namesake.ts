import { ConflictError } from '../../domain/error/errors';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { Placed } from './placement';
import type { WorkflowOwner } from './remote';

/* Workflows that people have made in n8n, and that have the name of one that is to be registered: never a second is made. */

/**
 * What keeps registrations from being made in n8n: somebody has made a workflow of that name there, which is not registered. With
 * `overwrite` a single one is taken in hand instead, and its content will be replaced by the template. By the keys of
 * registrations. Race-safe with the worker's scan: what that finds later is looked at by `findNamesake`. Two statements.
 */
export async function settleNamesakes(
	sql: Sql,
	placed: readonly Placed[],
): Promise<Map<string, ConflictError>> {
	const asked = placed.flatMap(({ key, integrationId, registration: { name, overwrite = false } }) =>
		integrationId === null ? [] : { key, integrationId, name, overwrite },
	);
	if (asked.length === 0) return new Map();
	const found = await sql<{ key: string; ids: number[]; overwrite: boolean; instance: string }[]>`
		select e.key, array_agg(w.id order by w.id) as ids, bool_and(e.overwrite) as overwrite, min(i.name) as instance
		from jsonb_to_recordset(${sql.json(asked)}) as e(key text, "integrationId" int, name text, overwrite boolean)
		join workflows w on w.integration_id = e."integrationId"
			and w.name = e.name
		join integrations i on i.organization_id = w.organization_id
			and i.id = w.integration_id
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where ${isInTheWay(sql)}
			and w.organization_id = (select lma.current_organization_id())
			and not exists (
				select
				from workflows own
				where own.organization_id = w.organization_id
					and own.integration_id = w.integration_id
					and own.registered_name = e.name)
		group by e.key`;
	const taken = found.filter(({ overwrite, ids }) => overwrite && ids.length === 1).flatMap(({ ids }) => ids);
	if (taken.length > 0) {
		await sql`
			update workflows w
			set registered_name = w.name,
				configuration = w.configuration || jsonb_build_object(
					'desired', jsonb_build_object('active', w.is_active, 'asFound', true))
			where w.organization_id = (select lma.current_organization_id())
				and w.id = any(${taken}::int[])
				and w.registered_name is null
				and jsonb_typeof(w.configuration) = 'object'`;
	}
	return new Map(
		found
			.filter(({ ids }) => !ids.every((id) => taken.includes(id)))
			.map(({ key, ids, instance }) => [key, inTheWay(ids, instance)]),
	);
}

/** One of that name, right before the worker would make another one; null when there is none. */
export async function findNamesake(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	workflowId: number,
): Promise<number | null> {
	const [row] = await sql<{ id: number }[]>`
		select w.id
		from workflows wanted
		join workflows w on w.organization_id = wanted.organization_id
			and w.integration_id = wanted.integration_id
			and w.name = coalesce(wanted.registered_name, wanted.name)
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where wanted.organization_id = ${organizationId}
			and wanted.integration_id = ${integrationId}
			and wanted.id = ${workflowId}
			and ${isInTheWay(sql)}
		order by w.id
		limit 1`;
	return row?.id ?? null;
}

function isInTheWay(sql: Sql) {
	return sql`
		w.registered_name is null
		and not starts_with(w.n8n_workflow_id, ${PENDING})
		and s.workflow_id is not null
		and s.missing_since is null
		and not s.is_archived`;
}

function inTheWay(ids: number[], instance: string): ConflictError {
	const [id] = ids;
	if (ids.length > 1) {
		return new ConflictError(
			`n8n "${instance}" has ${ids.length} workflows of this name, which are not registered: ${ids.join(', ')}`,
			'Register one of them as it is, as an existing workflow, or choose another name.',
		);
	}
	return new ConflictError(
		`n8n "${instance}" has a workflow of this name, which is not registered: ${id}`,
		'Register it as it is, as an existing workflow; or add Overwrite Edits to have the template replace its content; or choose another name.',
	);
}
