import { ConflictError, type LmaError, ValidationError } from '../../domain/error/errors';
import type { Registration } from '../../domain/workflow/registration';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/** An n8n instance that is connected. */
export interface Instance {
	id: number;
	name: string;
	/** Nobody has switched it off. */
	isOn: boolean;
	/** Its last contact went well enough for the worker to go on with it. */
	isUsable: boolean;
}

/** A registration with the instance it goes to. */
export interface Placed {
	registration: Registration;
	integrationId: number | null;
	key: string;
}

/** By name of what is to be registered: the ids of the instances where it is registered already. */
export type Homes = ReadonlyMap<string, readonly number[]>;

/** The n8n instances of the organization, by id. */
export function listInstances(sql: Sql) {
	return sql<Instance[]>`
		select id, name, status <> 'inactive' as is_on, status = 'active' as is_usable
		from integrations
		where organization_id = (select lma.current_organization_id())
			and integration_type = 'n8n'
		order by id`;
}

/** Where these names are registered; one that is nowhere, or waits for an n8n, is left out. */
export async function findHomes(sql: Sql, names: string[]): Promise<Homes> {
	const rows = await sql<{ name: string; ids: number[] }[]>`
		select registered_name as name, array_agg(integration_id order by integration_id) as ids
		from workflows
		where organization_id = (select lma.current_organization_id())
			and integration_id is not null
			and registered_name in (select jsonb_array_elements_text(${sql.json(names)}))
		group by registered_name`;
	return new Map(rows.map(({ name, ids }) => [name, ids]));
}

/**
 * Where a registration goes: to the instance it names, or else where the name is registered already, whatever has become of that,
 * lest there be a second workflow. A new one goes to the only instance that can be used, or the only one, or, when there is none
 * yet, to whichever comes.
 */
export function choosePlacement(
	registration: Registration,
	instances: readonly Instance[],
	homes: Homes,
): Placed | LmaError {
	const { integration, name } = registration;
	const known = instances.map((one) => `"${one.name}"`).join(', ');
	const chosen =
		integration === undefined
			? candidatesFor(instances, homes.get(name) ?? [])
			: instances.filter((one) => one.name === integration);
	if (integration !== undefined && chosen.length === 0) {
		return new ValidationError(
			'integration',
			`integration: the organization has no n8n connection "${integration}"`,
			known ? `Choose one of ${known}.` : 'Connect one with lma org connect.',
		);
	}
	if (chosen.length > 1) {
		const several = chosen.map((one) => `"${one.name}"`).join(', ');
		return new ConflictError(
			homes.has(name)
				? `The name "${name}" is registered in ${chosen.length} n8n connections`
				: `The organization has ${chosen.length} n8n connections`,
			`Name the one to create the workflow in, under n8n Connection: ${several}. "lma org connection remove" removes what was a mistake.`,
		);
	}
	const integrationId = chosen[0]?.id ?? null;
	return { registration, integrationId, key: JSON.stringify([integrationId, name]) };
}

function candidatesFor(instances: readonly Instance[], homes: readonly number[]): readonly Instance[] {
	if (homes.length > 0) return instances.filter(({ id }) => homes.includes(id));
	const usable = instances.filter(({ isUsable }) => isUsable);
	return usable.length > 0 ? usable : instances.filter(({ isOn }) => isOn);
}

/** Workflows that were registered before an n8n was connected become those of the only one that can be used. */
export async function placeRegisteredWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
): Promise<void> {
	await sql`
		update workflows w
		set integration_id = ${integrationId}::int
		where w.organization_id = ${organizationId}
			and w.integration_id is null
			and w.desired_active is not null
			and starts_with(w.n8n_workflow_id, ${PENDING})
			and not exists (
				select
				from integrations other
				where other.organization_id = ${organizationId}
					and other.integration_type = 'n8n'
					and other.status = 'active'
					and other.id <> ${integrationId})
			and not exists (
				select
				from workflows taken
				where taken.organization_id = ${organizationId}
					and taken.integration_id = ${integrationId}
					and taken.registered_name = w.registered_name)`;
}
