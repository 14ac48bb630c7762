import type { Pool } from '../../db/connection/client';
import { toLmaError } from '../../db/connection/error/toLmaError';
import { type SessionLock, takeSessionLock } from '../../db/connection/sessionLock';
import { recordContact } from '../../db/integration/contact';
import {
	getSyncRequest,
	type Integration,
	listActiveIntegrations,
	recordSyncServed,
} from '../../db/integration/integration';
import { decryptSecret, type EncryptionKey } from '../../db/integration/secret';
import { listUnresolvedCreations } from '../../db/workflow/creation';
import { placeRegisteredWorkflows } from '../../db/workflow/placement';
import { findNeighbourhood } from '../../db/workflow/neighbours';
import { hearPublicationWishes, noteOverruled, readClock, settleClaims } from '../../db/workflow/publication';
import { LmaError } from '../../domain/error/errors';
import { integrationConfigurations } from '../../domain/integration/integration';
import { N8nError } from '../../n8n/n8nError';
import { createN8nClient, type N8nClient, type N8nClientOptions } from '../../n8n/client';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { applyChanges, type ApplyResult } from './applyChanges';
import { CreationFinder } from './createWorkflow';
import { type PullResult, pullWorkflows } from './pull';
import { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';

export interface SyncDependencies {
	sql: Pool;
	log: Log;
	metrics: Metrics;
	encryptionKey?: EncryptionKey;
	/** Aborted when the worker stops. */
	stopping: AbortSignal;
	/** Waits and time-boxes of requests; tests shorten them. */
	requests?: Partial<Pick<N8nClientOptions, 'requestTimeoutMs' | 'attempts' | 'firstDelayMs'>>;
	/**
	 * Seconds after which a workflow that n8n was asked to make, without an answer, and that is not found there, is made
	 * again. Well above the time-box of a request. Default 120.
	 */
	creationGraceSeconds?: number;
}

const CREATION_GRACE_SECONDS = 120;

/**
 * One scan of one n8n instance, after which it is brought to what is wanted, and a note on its integration of how it went:
 * a refused key makes it `expired`, a missing scope to read `error`, and it is left alone until it is saved again; anything
 * else leaves it active, with the reason in `last_error`. Never throws for what n8n does. Null when the integration is gone, switched off, or being scanned
 * by another worker. Can be repeated.
 */
export async function syncIntegration(
	deps: SyncDependencies,
	integrationId: number,
): Promise<PullResult | null> {
	const { sql, metrics, log } = deps;
	const integration = (await listActiveIntegrations(sql, ['n8n'])).find(({ id }) => id === integrationId);
	if (!integration) return null;
	const lock = await takeSessionLock(sql, 'lma workflow sync', integrationId);
	if (!lock) return null;
	try {
		const requested = await getSyncRequest(sql, integrationId);
		const stopTimer = metrics.syncDuration.startTimer();
		try {
			const client = openClient(deps, integration);
			const instance = await instanceOf(sql, integration);
			const result = await pull(deps, integration, instance, client);
			const changes = await apply(deps, instance, client, lock);
			await recordSyncServed(sql, integrationId, requested);
			stopTimer({ result: 'ok' });
			for (const change of ['created', 'updated', 'missing'] as const)
				metrics.syncWorkflows.inc({ change }, result[change]);
			for (const change of ['applied', 'failed'] as const)
				metrics.syncWorkflows.inc({ change }, changes[change]);
			await recordContact(sql, integrationId, { status: 'active', error: null });
			log.debug({ integrationId, ...result, ...changes }, 'workflows were synchronized with n8n');
			return result;
		} catch (error) {
			if (deps.stopping.aborted) return null;
			const known = toLmaError(error);
			const isOfN8n = known instanceof N8nError;
			stopTimer({ result: isOfN8n ? known.kind : 'error' });
			const status = STATUS_AFTER[known.code] ?? 'active';
			await recordContact(sql, integrationId, { status, error: known.sentences });
			await recordSyncServed(sql, integrationId, requested);
			// What n8n says is for the admin of the integration, and not for the log.
			const details = isOfN8n ? { kind: known.kind } : { kind: known.code, err: error };
			log.warn({ integrationId, status, ...details }, 'workflows could not be synchronized with n8n');
			return null;
		}
	} finally {
		await lock.release();
	}
}

function openClient(
	{ encryptionKey, stopping, requests }: SyncDependencies,
	integration: Integration,
): N8nClient {
	const configuration = integrationConfigurations.n8n.safeParse(integration.configuration);
	if (!configuration.success) throw unusable('Its configuration has no valid baseUrl');
	if (!integration.secret) throw unusable('It has no API key');
	if (!encryptionKey) throw unusable('LMA_ENCRYPTION_KEY is not set, so its API key cannot be read');
	const apiKey = decryptSecret(encryptionKey, integration, integration.secret);
	return createN8nClient({ ...configuration.data, apiKey, signal: stopping, ...requests });
}

async function instanceOf(sql: Pool, { organizationId, id, configuration }: Integration): Promise<Instance> {
	const owner = { organizationId, integrationId: id };
	return { owner, neighbourhood: await findNeighbourhood(sql, owner, configuration) };
}

async function pull(
	{ sql, creationGraceSeconds = CREATION_GRACE_SECONDS }: SyncDependencies,
	{ configuration }: Integration,
	instance: Instance,
	client: N8nClient,
): Promise<PullResult> {
	const { owner } = instance;
	const startedAt = await readClock(sql);
	await hearPublicationWishes(sql, owner);
	// First: what was made under a connection that is gone since is looked for through this one.
	await placeRegisteredWorkflows(sql, owner);
	const unresolved = await listUnresolvedCreations(sql, owner, creationGraceSeconds);
	const finder = new CreationFinder(sql, instance, unresolved);
	const { tag } = integrationConfigurations.n8n.parse(configuration);
	const result = await pullWorkflows({ sql, client, finder, tag }, instance);
	await finder.settle(client);
	await noteOverruled(sql, owner);
	await settleClaims(sql, owner, startedAt);
	return result;
}

async function apply(
	{ sql, log, stopping }: SyncDependencies,
	instance: Instance,
	client: N8nClient,
	lock: SessionLock,
): Promise<ApplyResult> {
	const report = (workflowId: number, error: unknown) => {
		log.error({ workflowId, err: error }, 'a workflow could not be synchronized');
	};
	const settingsTaken = new SettingsTaken(client);
	return applyChanges({ sql, lock, client, settingsTaken, stopping, report }, instance);
}

function unusable(message: string): LmaError {
	return new LmaError('INTEGRATION_UNUSABLE', message, 'Save the integration again.');
}

/** What becomes of an integration that is left alone until it is saved again. */
const STATUS_AFTER: Readonly<Record<string, 'error' | 'expired'>> = {
	N8N_UNAUTHORIZED: 'expired',
	N8N_FORBIDDEN: 'error',
};
