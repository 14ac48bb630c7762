import type { z } from 'zod/v4';

import { LmaError, ValidationError } from '../../domain/error/errors';
import { isHeaderToken } from '../../domain/integration/headerToken';
import { integrationConfigurations, type IntegrationType } from '../../domain/integration/integration';
import { findSmtpUrlProblem } from '../../domain/integration/smtpUrl';
import type { Sql } from '../connection/client';
import { type ConfigurationChanges, lockConfiguration, withChanges } from './configuration';
import { assertApart, forgetUntagged } from './n8nView';
import { type EncryptionKey, encryptSecret, type SealedSecret } from './secret';

export interface Integration<Type extends IntegrationType = IntegrationType> {
	id: number;
	organizationId: number;
	name: string;
	integrationType: Type;
	/** As stored; check it with `integrationConfigurations` before use. */
	configuration: unknown;
	/** n8n: API key. webhook: bearer token. smtp: SMTP URL. Null when it has none. */
	secret: SealedSecret | null;
}

/** A way to send, in use or switched off. */
export type Route = Integration & {
	isActive: boolean;
	/** What was wrong at the last contact; null when nothing was. */
	lastError: string | null;
};

export interface NewIntegration {
	organizationId: number;
	integrationType: IntegrationType;
	name: string;
	/** What is not given stays as it is. */
	configuration: ConfigurationChanges;
	/** Undefined keeps the secret that is there. */
	secret?: string;
}

/**
 * Creates an integration, or updates the one of this type and name, and makes it active again. Runs as the owner: no
 * other role may write secrets, and in a transaction. Returns its id.
 * @throws ValidationError when the configuration or the secret does not fit the type; LmaError when a secret comes without a key;
 * ConflictError when another organization connects the same n8n, and the two are not kept apart
 */
export async function saveIntegration(
	sql: Sql,
	key: EncryptionKey | undefined,
	input: NewIntegration,
): Promise<{ id: number; action: 'created' | 'updated' }> {
	const before = await lockConfiguration(sql, input);
	const configuration = checkIntegration(
		{ ...input, configuration: withChanges(before, input.configuration) },
		key,
	);
	const sealed = key && input.secret !== undefined ? encryptSecret(key, input, input.secret) : null;
	const { organizationId } = input;
	if (isN8n(input, configuration)) await assertApart(sql, organizationId, configuration);
	const [saved] = await sql<{ id: number; created: boolean }[]>`
		insert into integrations (
			organization_id, integration_type, name, configuration, secret_ciphertext, secret_key_id)
		values (
			${input.organizationId}, ${input.integrationType}, ${input.name}, ${sql.json(configuration)},
			${sealed?.ciphertext ?? null}::bytea, ${sealed?.keyId ?? null})
		on conflict (organization_id, integration_type, name) do update
		set configuration = excluded.configuration,
			secret_ciphertext = coalesce(excluded.secret_ciphertext, integrations.secret_ciphertext),
			secret_key_id = coalesce(excluded.secret_key_id, integrations.secret_key_id),
			status = 'active',
			last_error = null
		returning id, xmax = 0 as created`;
	if (!saved) throw new Error('insert … returning gave no row');
	if (isN8n(input, configuration) && configuration.tag !== undefined)
		await forgetUntagged(sql, { organizationId, integrationId: saved.id, tag: configuration.tag });
	return { id: saved.id, action: saved.created ? 'created' : 'updated' };
}

type N8nConfiguration = z.output<(typeof integrationConfigurations)['n8n']>;

function isN8n(
	{ integrationType }: NewIntegration,
	_configuration: object,
): _configuration is N8nConfiguration {
	return integrationType === 'n8n';
}

/**
 * Checks what is to be saved, without a database. Returns the configuration as it is stored.
 * @throws ValidationError when the configuration or the secret does not fit the type; LmaError when a secret comes without a key.
 */
export function checkIntegration(
	{ integrationType, configuration, secret }: Omit<NewIntegration, 'organizationId' | 'name'>,
	key: EncryptionKey | undefined,
) {
	const parsed = integrationConfigurations[integrationType].safeParse(configuration);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		const field = ['configuration', ...(issue?.path ?? [])].join('.');
		throw new ValidationError(
			field,
			`${field} ${issue?.message ?? 'is wrong'}`,
			'Correct it and save again.',
		);
	}
	if (secret === undefined) return parsed.data;
	assertUsable(integrationType, secret);
	if (key) return parsed.data;
	throw new LmaError(
		'ENCRYPTION_KEY_MISSING',
		'LMA_ENCRYPTION_KEY is not set, so the secret cannot be stored',
		'Set it to 32 random bytes, as `openssl rand -base64 32` prints them.',
	);
}

/** Active integrations of active organizations, of these types and, when given, these organizations, by id. */
export async function listActiveIntegrations(
	sql: Sql,
	types: IntegrationType[],
	organizationIds?: number[],
): Promise<Integration[]> {
	return (await listRoutes(sql, types, organizationIds)).filter(({ isActive }) => isActive);
}

/** As `listActiveIntegrations`, with those that are switched off: who has one of these sends no other way in its place. */
export async function listRoutes(
	sql: Sql,
	types: IntegrationType[],
	organizationIds?: number[],
): Promise<Route[]> {
	const rows = await sql<(Omit<Route, 'secret'> & { ciphertext: Buffer | null; keyId: string | null })[]>`
		select i.id, i.organization_id, i.name, i.integration_type, i.configuration, i.status = 'active' as is_active, i.last_error,
			i.secret_ciphertext as ciphertext, i.secret_key_id as key_id
		from integrations i
		join organizations o on o.id = i.organization_id
		where o.is_active
			and i.integration_type in (select jsonb_array_elements_text(${sql.json(types)}))
			and (
				${organizationIds === undefined}
				or i.organization_id in (select value::int from jsonb_array_elements_text(${sql.json(organizationIds ?? [])}))
			)
		order by i.id`;
	return rows.map(({ ciphertext, keyId, ...row }) => ({
		...row,
		secret: ciphertext && keyId ? { ciphertext, keyId } : null,
	}));
}

/** Whether it may be contacted: it is there, nobody has switched it off, and its organization is active. */
export async function isIntegrationActive(sql: Sql, integrationId: number): Promise<boolean> {
	const rows = await sql`
		select
		from integrations i
		join organizations o on o.id = i.organization_id
		where i.id = ${integrationId}
			and i.status = 'active'
			and o.is_active`;
	return rows.length > 0;
}

/** A connection that is left alone, or whose last contact failed. */
export interface BrokenIntegration {
	id: number;
	organizationId: number;
	integrationType: IntegrationType;
	status: 'active' | 'error' | 'expired';
}

/** What of the active organizations' connections cannot be used, those switched off left out: by id, so many at most. */
export function listBrokenIntegrations(sql: Sql, limit: number) {
	return sql<BrokenIntegration[]>`
		select i.id, i.organization_id, i.integration_type, i.status
		from integrations i
		join organizations o on o.id = i.organization_id
		where (i.status in ('error', 'expired') or i.status = 'active' and i.last_error is not null)
			and o.is_active
		order by i.id
		limit ${limit}`;
}

/** An n8n instance of which a scan was asked for that has not been finished. */
export interface RequestedSync {
	id: number;
	/** Which request it is, by number. */
	requested: number;
}

/** Active n8n instances of active organizations that should be scanned now, by id. */
export async function listRequestedSyncs(sql: Sql): Promise<RequestedSync[]> {
	return sql<RequestedSync[]>`
		select i.id, i.sync_requested as requested
		from integrations i
		join organizations o on o.id = i.organization_id
		where i.integration_type = 'n8n'
			and i.status = 'active'
			and i.sync_requested > i.sync_served
			and o.is_active
		order by i.id`;
}

/** The number of the last request for a scan; one that begins now serves it. */
export async function getSyncRequest(sql: Sql, integrationId: number): Promise<number> {
	const [row] = await sql<{ requested: number }[]>`
		select sync_requested as requested
		from integrations
		where id = ${integrationId}`;
	return row?.requested ?? 0;
}

/** The requests up to this one have been served, well or badly. */
export async function recordSyncServed(sql: Sql, integrationId: number, requested: number): Promise<void> {
	await sql`
		update integrations
		set sync_served = ${requested}
		where id = ${integrationId}
			and sync_served < ${requested}`;
}

/** What the other side would never be sent, or never take. The error repeats nothing of it. */
function assertUsable(type: IntegrationType, secret: string): void {
	if (type === 'smtp') {
		const problem = findSmtpUrlProblem(secret);
		if (problem === undefined) return;
		throw new ValidationError('secret', 'The secret is not an SMTP URL', `It ${problem}.`);
	}
	if (isHeaderToken(secret)) return;
	const name = type === 'n8n' ? 'API key' : 'token';
	throw new ValidationError(
		'secret',
		`The secret cannot be sent as ${type === 'n8n' ? 'an API key' : 'a token'}: it is empty, or holds a line break, a space or a character outside ASCII`,
		`Copy the ${name} again, all of it and nothing around it, and save it.`,
	);
}
