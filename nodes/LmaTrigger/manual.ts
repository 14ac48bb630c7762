import { NodeOperationError, type ITriggerFunctions, type ITriggerResponse } from 'n8n-workflow';

import { Doorbell } from '../../db/connection/doorbell';
import { claimEvents } from '../../db/subscription/claimEvents';
import { closeSubscription, openSubscription } from '../../db/subscription/subscription';
import { connectFeed, subscriptionName } from './activation';
import { newReaderName } from './feed';
import { toItems } from './item';
import { toNodeError } from './nodeError';
import type { TriggerParameters } from './parameters';

/** Somebody sits before the editor and has forgotten. */
const WAIT_MS = 5 * 60_000;
const LOOK_MS = 1000;

/**
 * A test run in the editor: waits for the next event that the published workflow would start for, and takes it without
 * having it missed there. It has a subscription of its own, which it removes.
 */
export function manualRun(context: ITriggerFunctions, parameters: TriggerParameters): ITriggerResponse {
	const bell = new Doorbell();
	let isStopped = false;

	async function wait(): Promise<void> {
		const { feed, release } = await connectFeed(context);
		const name = `${subscriptionName(context)}:test`;
		const reader = newReaderName();
		const stopCalls = feed.onCall(() => bell.ring());
		const until = Date.now() + WAIT_MS;
		try {
			await feed.run((tx) =>
				openSubscription(tx, {
					name,
					eventTypes: parameters.events,
					filter: parameters.filter,
					from: 'now',
				}),
			);
			while (!isStopped) {
				const claim = await feed.run((tx) =>
					claimEvents(tx, name, { reader, leaseSeconds: 60, limit: parameters.options.batchSize }),
				);
				if (claim && claim.events.length > 0) {
					const events =
						parameters.options.executionPer === 'event' ? claim.events.slice(0, 1) : claim.events;
					const { includeLead } = parameters.options;
					context.emit([await toItems(events, feed, { includeLead, simplify: parameters.simplify })]);
					return;
				}
				if (Date.now() > until) throw tooLong(context);
				await bell.sleep(LOOK_MS);
			}
		} finally {
			stopCalls();
			await feed.run((tx) => closeSubscription(tx, name)).catch(() => undefined);
			await release();
		}
	}

	return {
		manualTriggerFunction() {
			wait().catch((error: unknown) => context.emitError(toNodeError(context, error)));
			return Promise.resolve();
		},
		closeFunction() {
			isStopped = true;
			bell.ring();
			// The engine waits for an event even after it was told to stop. After the first one this says nothing.
			context.emit([]);
			return Promise.resolve();
		},
	};
}

function tooLong(context: ITriggerFunctions): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'No event came within five minutes', {
		description:
			'Change a lead so that one of the chosen events happens and meets the filters, while the test is waiting.',
	});
}
