import { ConflictError, type LmaError, ValidationError } from '../../domain/error/errors';
import type { Registration } from '../../domain/workflow/registration';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/** An n8n instance that is connected. */
export interface Instance {
	id: number;
	name: string;
	/** Its last contact went well enough for the worker to go on with it. */
	isUsable: boolean;
}

/** A registration with the instance it goes to. */
export interface Placed {
	registration: Registration;
	integrationId: number | null;
	key: string;
}

/** The n8n instances of the organization that are not switched off, by id. */
export function listInstances(sql: Sql) {
	return sql<Instance[]>`
		select id, name, status = 'active' as is_usable
		from integrations
		where organization_id = (select lma.current_organization_id())
			and integration_type = 'n8n'
			and status <> 'inactive'
		order by id`;
}

/**
 * Where a registration goes: to the instance it names, or the only one, or, when there is none yet, to whichever comes. One that
 * cannot be used is the only one when there is no other.
 */
export function choosePlacement(registration: Registration, instances: Instance[]): Placed | LmaError {
	const { integration, name } = registration;
	const usable = instances.filter(({ isUsable }) => isUsable);
	const chosen =
		integration === undefined
			? usable.length > 0
				? usable
				: instances
			: instances.filter((one) => one.name === integration);
	const known = instances.map((one) => `"${one.name}"`).join(', ');
	if (integration !== undefined && chosen.length === 0) {
		return new ValidationError(
			'integration',
			`integration: the organization has no n8n connection "${integration}"`,
			known ? `Choose one of ${known}.` : 'Connect one with lma org connect.',
		);
	}
	if (chosen.length > 1) {
		return new ConflictError(
			`The organization has ${chosen.length} n8n connections`,
			`Name the one to create the workflow in, under n8n Connection: ${known}. "lma org connection remove" removes what was a mistake.`,
		);
	}
	const integrationId = chosen[0]?.id ?? null;
	return { registration, integrationId, key: JSON.stringify([integrationId, name]) };
}

/** Workflows of the only n8n of an organization that were registered before it was connected become its own. */
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
					and other.status <> 'inactive'
					and other.id <> ${integrationId})
			and not exists (
				select
				from workflows taken
				where taken.organization_id = ${organizationId}
					and taken.integration_id = ${integrationId}
					and taken.registered_name = w.registered_name)`;
}
