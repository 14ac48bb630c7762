import type { OutgoingMessage } from '../../db/dispatch/startSending';
import type { DispatchResult } from '../../db/dispatch/finishDispatches';
import { MAX_ATTEMPTS, retryDelaySeconds } from '../../domain/backOff';

/** What one try to send came to. `reason` is a stable code for reports and metrics, `error` cleaned words. */
export type SendOutcome =
	| { kind: 'sent'; providerId?: string }
	/** The provider does not have it. `permanent`: trying again cannot help. */
	| {
			kind: 'not_sent';
			permanent: boolean;
			reason: string;
			error?: string;
			retryAfterSeconds?: number;
			/** The recipient's server says that there is no such address. */
			isAddressDead?: boolean;
	  }
	/** It may have been sent. `deduplicates`: the provider drops a second one with the same key. */
	| { kind: 'unknown'; reason: string; error?: string; deduplicates: boolean }
	| { kind: 'left_to_person'; reason: string }
	/** The only connection for it is switched off: it waits until that is in use again, however long. */
	| { kind: 'connection_disabled' }
	/** Its turn did not come in time. */
	| { kind: 'not_begun' };

/** When a try may begin, and for how long. */
export interface Turn {
	/** Aborted when it is too late to begin: then the try is `not_begun`. */
	readonly tooLate: AbortSignal;
	/** Starts the time-box of the try; the signal ends it. Null when it is too late. */
	begin(): AbortSignal | null;
}

/** Sends one message, once its turn has come. Resolves whatever happens, not later than the end of the time-box. */
export interface Sender {
	send(message: OutgoingMessage, turn: Turn): Promise<SendOutcome>;
}

/** How long a message waits before it is seen whether its connection is in use again. */
const DISABLED_DELAY_SECONDS = 300;

/**
 * What becomes of a communication after a try. An unknown outcome is sent again only where the provider deduplicates,
 * or where the organization asked for it by `settings.dispatch.resendUnknown` (e-mail).
 */
export function settle(
	message: Pick<
		OutgoingMessage,
		'addressKey' | 'attempt' | 'communicationType' | 'epoch' | 'id' | 'organization'
	>,
	outcome: SendOutcome,
	random: number,
	maxAttempts = MAX_ATTEMPTS,
): DispatchResult {
	const { id, epoch, attempt } = message;
	switch (outcome.kind) {
		case 'sent':
			return { id, epoch, outcome: 'sent', providerId: outcome.providerId };
		case 'not_begun':
			return { id, epoch, outcome: 'returned', delaySeconds: 1, reason: 'not_begun' };
		case 'connection_disabled':
			return {
				id,
				epoch,
				outcome: 'returned',
				delaySeconds: DISABLED_DELAY_SECONDS,
				reason: 'connection_disabled',
				needsPerson: true,
			};
		case 'left_to_person':
			return { id, epoch, outcome: 'left_to_person', reason: outcome.reason };
		case 'not_sent': {
			const { reason, error, retryAfterSeconds } = outcome;
			if (outcome.permanent || attempt >= maxAttempts) {
				const deadAddressKey = outcome.isAddressDead ? (message.addressKey ?? undefined) : undefined;
				return { id, epoch, outcome: 'failed', delivered: 'no', reason, error, deadAddressKey };
			}
			const delaySeconds = retryDelaySeconds(attempt, random, retryAfterSeconds);
			return { id, epoch, outcome: 'retry', delivered: 'no', delaySeconds, reason, error };
		}
		case 'unknown': {
			const wanted = message.communicationType === 'email' && message.organization.resendUnknown;
			const { reason, error } = outcome;
			if ((outcome.deduplicates || wanted) && attempt < maxAttempts) {
				const delaySeconds = retryDelaySeconds(attempt, random);
				return { id, epoch, outcome: 'retry', delivered: 'unknown', delaySeconds, reason, error };
			}
			return {
				id,
				epoch,
				outcome: 'failed',
				delivered: 'unknown',
				reason: 'outcome_unknown',
				error: error ? `${reason}: ${error}` : reason,
			};
		}
	}
}
