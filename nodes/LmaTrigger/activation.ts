import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

import { atMost } from '../../db/connection/timeLimit';
import { toLmaError } from '../../db/connection/error/toLmaError';
import type { NewSubscription } from '../../db/subscription/subscription';
import { readCredential } from '../credential/connection';
import { execute } from './execution';
import { holdFeed } from './feed';
import { toItems } from './item';
import { toNodeError } from './nodeError';
import type { TriggerParameters } from './parameters';
import { needsPerson } from './failureStreak';
import { retrying } from './retry';
import type { HeldFeed } from './readerFeed';
import { openOnce, type Reader, startReader } from './subscriptionReader';

/** n8n waits for a trigger to close before it ends, or says that a workflow is unpublished. */
const CLOSE_MS = 2000;

/** Readers of this process that have not ended yet, by their subscription. */
const readers = new Map<string, Reader>();
/** What they have executed and not acknowledged, by subscription: the next reader goes on with it. */
const executed = new Map<string, Set<string>>();
/** Subscriptions whose trigger has asked n8n to be restarted. */
const restarts = new Set<string>();

/**
 * The name of a trigger's subscription: stays the same as long as the node is in the workflow. n8n's own id is in it,
 * so that a copy of the workflow on a test system does not take events away.
 */
export function subscriptionName(context: ITriggerFunctions): string {
	return `n8n:${context.getInstanceId()}:${context.getWorkflow().id}:${context.getNode().id}`;
}

/** The feed of the node's credential as it is now. Each call asks n8n anew. */
export async function connectFeed(context: ITriggerFunctions): Promise<HeldFeed> {
	return holdFeed(readCredential(await context.getCredentials('lmaApi')));
}

/**
 * Starts the trigger of a published workflow. When somebody has just pressed Publish, what does not work is thrown, so
 * that they see it. Otherwise the trigger starts whatever the state of the database and heals by itself: n8n gives up
 * after a few attempts, or waits up to a day for the next.
 */
export async function activate(
	context: ITriggerFunctions,
	parameters: TriggerParameters,
): Promise<ITriggerResponse> {
	const { options } = parameters;
	const name = subscriptionName(context);
	const workflowId = context.getWorkflow().id;
	const isRestart = restarts.delete(name);
	const mode = context.getActivationMode();
	const startsFromNow = parameters.whileUnpublished === 'startFromNow' && mode === 'activate' && !isRestart;
	const subscription: NewSubscription = {
		name,
		eventTypes: parameters.events,
		filter: parameters.filter,
		from: startsFromNow ? 'now' : 'keep',
	};
	const connect = () => connectFeed(context);

	let opened: HeldFeed | undefined;
	if (!isRestart && (mode === 'activate' || mode === 'update')) {
		try {
			opened = await openOnce({ connect, subscription });
		} catch (error) {
			if (mode === 'activate' || needsPerson(toLmaError(error))) throw toNodeError(context, error);
		}
	}

	const predecessor = readers.get(name);
	// n8n forgets to close a trigger whose start was cut short by the next one.
	void predecessor?.stop();
	const executedKeys = executed.get(name) ?? new Set<string>();
	executed.set(name, executedKeys);
	const reader = startReader({
		subscription,
		batchSize: options.batchSize,
		parallel: options.executionPer === 'event' ? options.parallel : 1,
		split(events) {
			const wanted = options.ignoreOwnChanges
				? events.filter(({ n8nWorkflowId }) => n8nWorkflowId !== workflowId)
				: events;
			if (options.executionPer === 'event') return wanted.map((event) => [event]);
			return wanted.length > 0 ? [wanted] : [];
		},
		async deliver(events, feed, stopping) {
			const { includeLead, acknowledge, longestWaitMinutes } = options;
			const [first] = events;
			const key =
				options.skipRepeats && options.executionPer === 'event' && first ? `${name}:${first.key}` : undefined;
			await retrying(
				async (retry) => {
					const items = await toItems(events, feed, { includeLead, simplify: parameters.simplify });
					// n8n starts no second execution under the same key.
					const deduplicationKey = key && (retry === 0 ? key : `${key}:retry-${retry}`);
					return await execute(context, items, {
						acknowledge,
						longestWaitMinutes,
						...(deduplicationKey && { deduplicationKey }),
					});
				},
				{ retries: options.retries, secondsBetweenRetries: options.secondsBetweenRetries, stopping },
			);
		},
		...(opened && { opened }),
		connect,
		onTrouble(error) {
			restarts.add(name);
			context.emitError(toNodeError(context, error));
		},
		isTroubleKnown: isRestart,
		executed: executedKeys,
		...(predecessor && { predecessor: predecessor.ended }),
	});
	readers.set(name, reader);
	void reader.ended.then(() => {
		if (readers.get(name) !== reader) return;
		readers.delete(name);
		if (executedKeys.size === 0) executed.delete(name);
	});

	return {
		async closeFunction() {
			// What an execution still has in hand is acknowledged when it ends; nobody has to wait for that.
			await atMost(CLOSE_MS, reader.stop());
		},
	};
}
