import type postgres from 'postgres';
import {
	integrationConfigurations,
	listActiveIntegrations,
	recordContact,
	type Integration,
} from '../../db/integration';
import { decryptSecret, type EncryptionKey } from '../../db/secret';
import { LmaError } from '../../db/errors';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { createN8nClient, type N8nClientOptions } from './n8nClient';
import { N8nError } from './n8nError';
import { pullWorkflows, type PullResult } from './pull';

export interface SyncDependencies {
	sql: postgres.Sql;
	log: Log;
	metrics: Metrics;
	encryptionKey?: EncryptionKey;
	/** Aborted when the worker stops. */
	stopping: AbortSignal;
	/** Waits and time-boxes of requests; tests shorten them. */
	requests?: Partial<Pick<N8nClientOptions, 'requestTimeoutMs' | 'attempts' | 'firstDelayMs'>>;
}

/**
 * One scan of one n8n instance, and a note on its integration of how it went: a refused key makes it `expired`, a
 * missing scope `error`, and it is left alone until it is saved again; anything else leaves it active, with the reason
 * in `last_error`. Never throws for what n8n does. Null when the integration is gone, switched off, or being scanned
 * by another worker. Can be repeated.
 */
export async function syncIntegration(
	deps: SyncDependencies,
	integrationId: number,
): Promise<PullResult | null> {
	const { sql, metrics, log } = deps;
	const integration = (await listActiveIntegrations(sql, ['n8n'])).find(({ id }) => id === integrationId);
	if (!integration) return null;
	const lock = await sql.reserve();
	try {
		const [taken] = await lock<{ locked: boolean }[]>`
			select pg_try_advisory_lock(hashtext('lma workflow sync'), ${integrationId}::int) as locked`;
		if (!taken?.locked) return null;
		const stopTimer = metrics.syncDuration.startTimer();
		try {
			const result = await pull(deps, integration);
			stopTimer({ result: 'ok' });
			for (const change of ['created', 'updated', 'missing'] as const)
				metrics.syncWorkflows.inc({ change }, result[change]);
			await recordContact(sql, integrationId, { status: 'active', error: null });
			log.debug({ integrationId, ...result }, 'workflows are in step with n8n');
			return result;
		} catch (error) {
			if (deps.stopping.aborted) return null;
			stopTimer({ result: error instanceof N8nError ? error.kind : 'error' });
			const contact = describeFailure(error);
			await recordContact(sql, integrationId, contact);
			log.warn(
				{ integrationId, status: contact.status, reason: contact.error },
				'workflows could not be read from n8n',
			);
			return null;
		} finally {
			await lock`select pg_advisory_unlock(hashtext('lma workflow sync'), ${integrationId}::int)`.catch(
				() => undefined,
			);
		}
	} finally {
		lock.release();
	}
}

async function pull(
	{ sql, encryptionKey, stopping, requests }: SyncDependencies,
	integration: Integration,
): Promise<PullResult> {
	const configuration = integrationConfigurations.n8n.safeParse(integration.configuration);
	if (!configuration.success) throw unusable('Its configuration has no valid baseUrl');
	if (!integration.secret) throw unusable('It has no API key');
	if (!encryptionKey) throw unusable('LMA_ENCRYPTION_KEY is not set, so its API key cannot be read');
	const apiKey = decryptSecret(encryptionKey, integration, integration.secret);
	const client = createN8nClient({ ...configuration.data, apiKey, signal: stopping, ...requests });
	const owner = { organizationId: integration.organizationId, integrationId: integration.id };
	return pullWorkflows(sql, owner, client);
}

function unusable(message: string): LmaError {
	return new LmaError('INTEGRATION_UNUSABLE', message, 'Save the integration again.');
}

function describeFailure(error: unknown): { status: 'active' | 'error' | 'expired'; error: string } {
	if (error instanceof N8nError) {
		const status =
			error.kind === 'unauthorized' ? 'expired' : error.kind === 'forbidden' ? 'error' : 'active';
		return { status, error: error.message };
	}
	if (error instanceof LmaError) return { status: 'active', error: `${error.message}. ${error.description}` };
	return { status: 'active', error: 'The scan failed on our side; see the log of the worker.' };
}
