import { randomUUID } from 'node:crypto';

import { type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Registration } from '../../domain/workflow/registration';
import { triggerTypeOf } from '../../domain/workflow/triggerType';
import { PENDING, type Workflow } from '../../domain/workflow/workflow';
import type { JsonValue, Sql } from '../connection/client';
import { findWorkflows } from './list';
import { settleNamesakes } from './namesake';
import { choosePlacement, findHomes, listInstances, type Placed } from './placement';

/** A registered workflow, and what registering it did; `taken`: it was in n8n, and is registered as it is there. */
export type RegisteredWorkflow = Workflow & { action: 'created' | 'taken' | 'updated' | 'unchanged' };

/**
 * Registers workflows: stores each template as what n8n should have, which the worker then makes. Can be repeated: a name
 * that is registered already means the same workflow, whose template, description and category are replaced where they
 * differ, and which is made anew where n8n no longer has it: also where that is found only when n8n is looked at next, which
 * is at once. Why it failed before no longer counts. What people have edited in n8n stays, unless `overwrite` is asked for. Of
 * several with one name the last counts. A name that a workflow has which people have made in n8n is refused, or, with `overwrite`,
 * that workflow is taken in hand: see `settleNamesakes`. Eight statements.
 */
export async function registerWorkflows(
	sql: Sql,
	registrations: readonly Registration[],
): Promise<ItemResult<RegisteredWorkflow>[]> {
	const instances = await listInstances(sql);
	const homes = await findHomes(
		sql,
		registrations.map(({ name }) => name),
	);
	const chosen = registrations.map((registration) => choosePlacement(registration, instances, homes));
	const last = new Map<string, Placed>();
	for (const entry of chosen) if (!isError(entry)) last.set(entry.key, entry);
	const obstacles = await settleNamesakes(sql, [...last.values()]);
	for (const key of obstacles.keys()) last.delete(key);
	const placed = chosen.map((entry) => (isError(entry) ? entry : (obstacles.get(entry.key) ?? entry)));
	const written = await write(sql, [...last.values()]);
	await registerAgain(sql, [...last.values()], written);
	const found = await findWorkflows(
		sql,
		[...written.values()].map(({ id }) => id),
	);
	const rows = new Map(found.map(({ row }) => [row?.id, row]));
	return placed.map((entry) => {
		if (isError(entry)) return { error: entry };
		const outcome = written.get(entry.key);
		const row = outcome && rows.get(outcome.id);
		if (!outcome || !row) return { error: new NotFoundError('Workflow', entry.registration.name) };
		return { row: { ...row, action: outcome.action } };
	});
}

interface Outcome {
	id: number;
	action: RegisteredWorkflow['action'];
}

/** For what was registered before: see `lma.register_again`. Edits that are to be undone are a change, too. */
async function registerAgain(sql: Sql, placed: Placed[], written: Map<string, Outcome>): Promise<void> {
	const earlier = placed.flatMap(({ key, registration: { overwrite } }) => {
		const outcome = written.get(key);
		return outcome && outcome.action !== 'created' ? [{ outcome, overwrite }] : [];
	});
	if (earlier.length === 0) return;
	const ids = earlier.map(({ outcome }) => outcome.id);
	const overwritten = earlier.filter(({ overwrite }) => overwrite).map(({ outcome }) => outcome.id);
	const rows = await sql<{ id: number }[]>`
		select id
		from lma.register_again(${ids}::int[], ${overwritten}::int[]) as id`;
	const undone = new Set(rows.map(({ id }) => id));
	for (const { outcome } of earlier) if (undone.has(outcome.id)) outcome.action = 'updated';
}

function isError(entry: Placed | LmaError): entry is LmaError {
	return entry instanceof Error;
}

async function write(sql: Sql, placed: Placed[]): Promise<Map<string, Outcome>> {
	if (placed.length === 0) return new Map();
	const input = placed.map(({ registration, integrationId, key }) => ({
		...registration,
		key,
		integrationId,
		pendingId: `${PENDING}${randomUUID()}`,
		triggerType: triggerTypeOf(registration.template),
	})) as unknown as JsonValue;
	const names = placed.map(({ registration: { name }, integrationId }) => ({ name, integrationId }));
	// What was registered before an instance was connected goes to the one there is now.
	await sql`
		update workflows w
		set integration_id = e."integrationId"
		from jsonb_to_recordset(${sql.json(names)}) as e(name text, "integrationId" int)
		where w.organization_id = (select lma.current_organization_id())
			and w.integration_id is null
			and w.registered_name = e.name
			and e."integrationId" is not null
			and starts_with(w.n8n_workflow_id, ${PENDING})
			and not exists (
				select
				from workflows taken
				where taken.organization_id = (select lma.current_organization_id())
					and taken.integration_id = e."integrationId"
					and taken.registered_name = e.name)`;
	const rows = await sql<{ key: string; id: number; action: RegisteredWorkflow['action'] }[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)}) as e(
				key text, name text, template jsonb, "isActive" boolean, description text, category text,
				"integrationId" int, "pendingId" text, "triggerType" text)
		), existing as materialized (
			-- In one order, so that two executions cannot wait for each other.
			select w.id, w.integration_id, w.registered_name, w.configuration, w.description, w.category, w.n8n_workflow_id,
				s.missing_since is not null and not starts_with(w.n8n_workflow_id, ${PENDING}) as is_missing
			from workflows w
			left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
			where w.organization_id = (select lma.current_organization_id())
				and w.registered_name in (select name from input)
			order by w.id
			for no key update of w
		), wanted as materialized (
			select i.*, x.id,
				coalesce(x.is_missing, false) as is_missing,
				case when jsonb_typeof(x.configuration) = 'object' then x.configuration else '{}' end
					|| jsonb_build_object(
						'template', i.template,
						'desired', case
							-- What else is said there stays, but not that it is to go.
							when i."isActive" is null and jsonb_typeof(x.configuration #> '{desired,active}') = 'boolean'
								then (x.configuration -> 'desired') - 'removal'
							else jsonb_build_object('active', coalesce(i."isActive", false))
						end) as configuration
			from input i
			left join existing x on x.registered_name = i.name
				and x.integration_id is not distinct from i."integrationId"
		), created as (
			insert into workflows as w (
				organization_id, integration_id, n8n_workflow_id, name, registered_name, description, category, trigger_type,
				configuration, is_active)
			select (select lma.current_organization_id()), "integrationId", "pendingId", name, name, description, category,
				"triggerType", configuration, false
			from wanted
			where id is null
			order by name
			-- Registered by another execution since this statement began: then this one comes second.
			on conflict (organization_id, integration_id, registered_name) where registered_name is not null do update
			set configuration = excluded.configuration,
				description = coalesce(excluded.description, w.description),
				category = coalesce(excluded.category, w.category)
			returning w.id, w.integration_id, w.registered_name, w.xmax = 0 as is_new
		), changed as (
			update workflows w
			set configuration = wanted.configuration,
				description = coalesce(wanted.description, w.description),
				category = coalesce(wanted.category, w.category),
				n8n_workflow_id = case when wanted.is_missing then wanted."pendingId" else w.n8n_workflow_id end
			from wanted
			where w.organization_id = (select lma.current_organization_id())
				and w.id = wanted.id
				and (
					wanted.is_missing
					or (w.configuration, w.description, w.category) is distinct from (
						wanted.configuration, coalesce(wanted.description, w.description),
						coalesce(wanted.category, w.category)))
			returning w.id
		)
		select wanted.key, coalesce(wanted.id, created.id) as id,
			case
				when created.is_new then 'created'
				when created.id is not null or changed.id is not null then 'updated'
				else 'unchanged'
			end as action
		from wanted
		left join created on created.registered_name = wanted.name
			and created.integration_id is not distinct from wanted."integrationId"
		left join changed on changed.id = wanted.id`;
	return new Map(rows.map(({ key, id, action }) => [key, { id, action }]));
}
