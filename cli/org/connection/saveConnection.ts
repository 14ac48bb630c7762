import type { Sql } from '../../../db/connection/client';
import { asOwner } from '../../../db/connection/owner';
import {
	type ConfigurationChanges,
	lockConfiguration,
	withChanges,
} from '../../../db/integration/configuration';
import { findSameInstance } from '../../../db/integration/connection';
import { checkIntegration, type NewIntegration, saveIntegration } from '../../../db/integration/integration';
import { assertApart } from '../../../db/integration/n8nView';
import { type EncryptionKey, parseEncryptionKey } from '../../../db/integration/secret';
import { findKeyMismatch } from '../../../db/integration/workerKey';
import { ConflictError, ValidationError } from '../../../domain/error/errors';
import { integrationConfigurations, type IntegrationType } from '../../../domain/integration/integration';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { getOrganization } from '../getOrganization';
import { unusable } from './trial';
import { assertUsable, noteTrial, tryConnection } from './tryConnection';

/** Options that every kind of connection takes. */
export interface SaveOptions {
	name: string;
	force?: boolean;
	json?: boolean;
}

/** A connection as it was asked for. */
export interface WantedConnection {
	kind: IntegrationType;
	changes: ConfigurationChanges;
	/** What a new one has, unless the changes say otherwise. */
	standard?: ConfigurationChanges;
	secret: string | undefined;
}

/** Tries a connection, new or changed, saves it when it can be used or that is forced, and says what came of it. */
export async function saveConnection(
	terminal: Terminal,
	slug: string,
	{ kind, changes, standard = {}, secret }: WantedConnection,
	{ name, force, json }: SaveOptions,
): Promise<void> {
	const keyText = terminal.env.LMA_ENCRYPTION_KEY?.trim();
	const key = keyText ? parseEncryptionKey(keyText) : undefined;
	const asked = await withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			const connection = { organizationId, integrationType: kind, name };
			const before = await lockConfiguration(tx, connection);
			const configuration = withChanges({ ...standard, ...before }, withMapping(before, changes));
			inOptions(() => checkIntegration({ ...connection, configuration, secret }, key));
			const { sharing, objection } = await lookAround(tx, key, { ...connection, configuration, secret });
			return { configuration, sharing, objection, kept: keptOf(before, changes) };
		}),
	);
	const { configuration, sharing, objection, kept } = asked;
	const trial = objection === null ? await tryConnection(kind, configuration, secret) : unusable(objection);
	trial.warnings.push(...sharingWarnings(slug, sharing));
	if (!json) {
		for (const option of kept) terminal.note(`  kept     ${option}`);
		noteTrial(terminal, trial, force === true);
	}
	assertUsable(trial, force);
	const saved = await withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			const input = { organizationId, integrationType: kind, name, secret };
			// What was tried, and what is to be taken away.
			return saveIntegration(tx, key, { ...input, configuration: { ...changes, ...configuration } });
		}),
	);
	terminal.print(
		json
			? JSON.stringify({ ...saved, ...trial })
			: `Connection ${kind} "${name}" of ${slug} ${saved.action}, id ${saved.id}.`,
	);
}

/**
 * What is known of a connection before anybody is contacted: what speaks against it, null when nothing does, and which organizations
 * connect the same n8n.
 * @throws ConflictError when the same n8n is connected under another name, or by another organization that it would not stand apart from
 */
async function lookAround(
	tx: Sql,
	key: EncryptionKey | undefined,
	{ integrationType, organizationId, name, configuration, secret }: NewIntegration,
): Promise<{ objection: string | null; sharing: string[] }> {
	let sharing: string[] = [];
	if (integrationType === 'n8n') {
		const known = integrationConfigurations.n8n.parse(configuration);
		const same = await findSameInstance(tx, { organizationId, name }, known.baseUrl);
		if (same !== null) {
			throw new ConflictError(
				`This n8n is connected already, as "${same}"`,
				`Add --name ${JSON.stringify(same)} to change that connection, or remove it first.`,
			);
		}
		sharing = await assertApart(tx, organizationId, known);
	}
	const mismatch = key && secret !== undefined ? await findKeyMismatch(tx, key.id) : null;
	return { objection: mismatch?.sentences ?? null, sharing };
}

/** Of what changes for everybody there with the second organization. */
function sharingWarnings(slug: string, others: readonly string[]): string[] {
	if (others.length === 0) return [];
	const names = [...others, slug].join(', ');
	return [
		`This n8n is shared by ${names}. Each may use only credentials that are mapped for it (--credential), of every type, and workflows of its own: what uses others is unpublished. lma workflow list names it.`,
	];
}

const OPTIONS: Readonly<Record<string, string>> = {
	baseUrl: '--url',
	url: '--url',
	tag: '--tag',
	projectId: '--project',
	credentials: '--credential',
	communicationTypes: '--type',
	deduplicates: '--deduplicates',
	from: '--from',
	replyTo: '--reply-to',
};

/** Credentials are mapped beside those that are; an id that is empty takes one away. */
function withMapping(
	before: Readonly<Record<string, unknown>>,
	changes: ConfigurationChanges,
): ConfigurationChanges {
	const { credentials } = changes;
	if (typeof credentials !== 'object' || credentials === null) return changes;
	const mapped = Object.entries({ ...(before['credentials'] ?? {}), ...credentials });
	return { ...changes, credentials: Object.fromEntries(mapped.filter(([, id]) => id !== '')) };
}

/** Runs a check, and has its error name the option in the place of the field. */
function inOptions(check: () => unknown): void {
	try {
		check();
	} catch (error) {
		if (!(error instanceof ValidationError)) throw error;
		const option = OPTIONS[error.field.replace('configuration.', '')];
		if (option === undefined) throw error;
		throw new ValidationError(error.field, error.message.replace(error.field, option), 'Correct it.');
	}
}

/** What stays of a connection that is there, as the options that would give it. */
function keptOf(before: Readonly<Record<string, unknown>>, changes: ConfigurationChanges): string[] {
	return Object.entries(before).flatMap(([field, value]) => {
		const option = OPTIONS[field];
		return option === undefined || option === '--url' || changes[field] !== undefined
			? []
			: [`${option} ${valueOf(value)}`.trim()];
	});
}

function valueOf(value: unknown): string {
	if (Array.isArray(value)) return value.join(' ');
	if (typeof value !== 'object' || value === null) return value === true ? '' : JSON.stringify(value);
	return Object.entries(value)
		.map(([name, id]) => JSON.stringify(`${name}=${String(id)}`))
		.join(' ');
}
