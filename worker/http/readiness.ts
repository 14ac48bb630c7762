import type { Queue } from 'bullmq';

import { within } from '../../db/connection/timeLimit';
import type { Pool } from '../../db/connection/client';
import { asDatabaseError } from '../../db/connection/error/databaseOrigin';
import { toLmaError } from '../../db/connection/error/toLmaError';
import { type BrokenIntegration, listBrokenIntegrations } from '../../db/integration/integration';
import { codeOf } from '../../domain/error/errorCause';
import type { Outages } from '../outage';
import { checkSchema } from '../../schema/migration/schemaCheck';

/** One line per part: `ok`, or what is wrong with it in words. */
export interface Readiness {
	ready: boolean;
	database: string;
	schema: string;
	queue: string;
	/** Connections of organizations that cannot be used. They make the worker no less ready: all others are served. */
	connections: string;
}

/** A queue that can be asked something. */
type AskedQueue = Pick<Queue, 'getWaitingCount'>;

const TIMEOUT_MS = 3_000;
const MOST_NAMED = 10;

/** Asks every part anew, each with a time limit. Never throws. */
export async function checkReadiness(
	sql: Pool,
	queues: readonly AskedQueue[],
	outages: Outages,
): Promise<Readiness> {
	const [schema, queueState] = await Promise.all([checkDatabase(sql), checkQueue(queues, outages)]);
	const parts = { ...schema, queue: queueState };
	const ready = Object.values(parts).every((state) => state === 'ok');
	const connections =
		parts.database === 'ok' && parts.schema === 'ok' ? await checkConnections(sql) : 'not checked';
	return { ready, ...parts, connections };
}

/**
 * Names none by what its organization calls it, nor repeats what was said of it, which may hold its address: whoever reads this may
 * be of another one.
 */
async function checkConnections(sql: Pool): Promise<string> {
	try {
		const broken = await within(TIMEOUT_MS, listBrokenIntegrations(sql, MOST_NAMED + 1));
		if (broken.length === 0) return 'ok';
		const named = broken
			.slice(0, MOST_NAMED)
			.map(
				(broken) =>
					`${broken.integrationType} connection ${broken.id} of organization ${broken.organizationId} cannot be used: ${reasonOf(broken)}`,
			);
		const more = broken.length > MOST_NAMED ? ['and more'] : [];
		return [...named, ...more, 'lma org connection list says more'].join(' · ');
	} catch (error) {
		return `not checked: ${toLmaError(asDatabaseError(error)).message}`;
	}
}

function reasonOf({ integrationType, status }: BrokenIntegration): string {
	if (status === 'expired') return `${integrationType} refuses its API key`;
	return status === 'error' ? 'it is not allowed to do enough there' : 'the last contact failed';
}

async function checkDatabase(sql: Pool): Promise<Pick<Readiness, 'database' | 'schema'>> {
	try {
		const problem = await within(TIMEOUT_MS, checkSchema(sql));
		return { database: 'ok', schema: problem ? `${problem.message}. ${problem.description}` : 'ok' };
	} catch (error) {
		const { message, description } = toLmaError(asDatabaseError(error));
		return { database: `${message}. ${description}`, schema: 'not checked' };
	}
}

async function checkQueue(queues: readonly AskedQueue[], outages: Outages): Promise<string> {
	const outage = outages.current('queue');
	if (outage) return `the queue cannot be reached (${outage})`;
	try {
		await within(TIMEOUT_MS, Promise.all(queues.map((queue) => queue.getWaitingCount())));
		return 'ok';
	} catch (error) {
		return `the queue cannot be reached (${codeOf(error) || 'error'})`;
	}
}
