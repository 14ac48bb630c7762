import { ConflictError, NotFoundError } from '../../domain/error/errors';
import { integrationConfigurations, type IntegrationType } from '../../domain/integration/integration';
import { isSameInstance } from '../../domain/integration/instance';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { SealedSecret } from './secret';

/* What an admin does with the connections of an organization. All of it runs as the owner. */

/** A connection by what a person calls it. */
export interface ConnectionName {
	organizationId: number;
	integrationType: IntegrationType;
	name: string;
}

export interface Connection extends ConnectionName {
	id: number;
	/** `expired`: n8n refuses the key; `error`: the key may not do enough; both are left alone until saved or enabled. */
	status: 'active' | 'inactive' | 'error' | 'expired';
	/** As stored; nothing in it is secret. */
	configuration: unknown;
	hasSecret: boolean;
	lastSyncAt: string | null;
	/** In words for an admin. */
	lastError: string | null;
	/** Of an n8n: workflows registered there. */
	registeredWorkflows: number;
}

/** The connections of an organization, by kind and name. */
export function listConnections(sql: Sql, organizationId: number) {
	return sql<Connection[]>`
		select i.id, i.organization_id, i.integration_type, i.name, i.status, i.configuration,
			i.secret_ciphertext is not null as has_secret, i.last_sync_at, i.last_error,
			(
				select count(*)::int
				from workflows w
				where w.organization_id = i.organization_id
					and w.integration_id = i.id
					and w.desired_active is not null
			) as registered_workflows
		from integrations i
		where i.organization_id = ${organizationId}
		order by i.integration_type, i.name`;
}

/** What a connection is tried with. @throws NotFoundError */
export async function getConnection(
	sql: Sql,
	connection: ConnectionName,
): Promise<{ id: number; configuration: unknown; secret: SealedSecret | null }> {
	const [row] = await sql<
		{ id: number; configuration: unknown; ciphertext: Buffer | null; keyId: string | null }[]
	>`
		select id, configuration, secret_ciphertext as ciphertext, secret_key_id as key_id
		from integrations
		where organization_id = ${connection.organizationId}
			and integration_type = ${connection.integrationType}
			and name = ${connection.name}`;
	if (!row) throw notFound(connection);
	const { id, configuration, ciphertext, keyId } = row;
	return { id, configuration, secret: ciphertext && keyId ? { ciphertext, keyId } : null };
}

/** The name of another connection of the organization that leads to the same n8n; null when there is none. */
export async function findSameInstance(
	sql: Sql,
	{ organizationId, name }: Omit<ConnectionName, 'integrationType'>,
	baseUrl: string,
): Promise<string | null> {
	const others = await sql<{ name: string; configuration: unknown }[]>`
		select name, configuration
		from integrations
		where organization_id = ${organizationId}
			and integration_type = 'n8n'
			and name <> ${name}
		order by name`;
	const same = others.find(({ configuration }) => {
		const known = integrationConfigurations.n8n.safeParse(configuration);
		return known.success && isSameInstance(known.data.baseUrl, baseUrl);
	});
	return same?.name ?? null;
}

/** Switches a connection on, whatever had become of it, or off. Can be repeated. @throws NotFoundError */
export async function switchConnection(
	sql: Sql,
	connection: ConnectionName,
	status: 'active' | 'inactive',
): Promise<void> {
	const rows = await sql`
		update integrations
		set status = ${status},
			last_error = case when ${status} = 'active' then null else last_error end
		where organization_id = ${connection.organizationId}
			and integration_type = ${connection.integrationType}
			and name = ${connection.name}
		returning id`;
	if (rows.length === 0) throw notFound(connection);
}

/**
 * Removes a connection with its secret, and the workflows that were only followed there. Those registered and not made yet go
 * to whichever n8n is connected next. Nothing is changed in n8n.
 *
 * @param options `forgetWorkflows`: also those that were registered and made there
 * @throws NotFoundError; ConflictError when workflows were registered and made there, and are not to be forgotten
 */
export async function removeConnection(
	sql: Sql,
	connection: ConnectionName,
	{ forgetWorkflows }: { forgetWorkflows: boolean },
): Promise<void> {
	const [found] = await sql<{ id: number }[]>`
		select id
		from integrations
		where organization_id = ${connection.organizationId}
			and integration_type = ${connection.integrationType}
			and name = ${connection.name}
		for update`;
	if (!found) throw notFound(connection);
	const { organizationId, integrationType, name } = connection;
	await sql`
		update workflows w
		set integration_id = null
		where w.organization_id = ${organizationId}
			and w.integration_id = ${found.id}
			and w.desired_active is not null
			and starts_with(w.n8n_workflow_id, ${PENDING})
			and not exists (
				select
				from workflows waiting
				where waiting.organization_id = w.organization_id
					and waiting.integration_id is null
					and waiting.registered_name = w.registered_name)`;
	const [left] = await sql<[{ count: number }]>`
		with removed as (
			delete from workflows
			where organization_id = ${organizationId}
				and integration_id = ${found.id}
				and (${forgetWorkflows} or desired_active is null)
			returning id
		)
		select count(*)::int
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${found.id}
			and not exists (select from removed where removed.id = w.id)`;
	if (left.count > 0) {
		throw new ConflictError(
			`${left.count} ${left.count === 1 ? 'workflow is' : 'workflows are'} registered through the ${integrationType} connection "${name}"`,
			'Disable the connection instead, or add --forget-workflows: they stay in n8n as they are, and LMA no longer looks after them.',
		);
	}
	await sql`delete from integrations where id = ${found.id}`;
}

function notFound({ integrationType, name }: ConnectionName): NotFoundError {
	return new NotFoundError(
		'Connection',
		`${integrationType} "${name}"`,
		'"lma org connection list" shows the existing ones.',
	);
}
