import type { Pool } from '../../db/connection/client';
import { within } from '../../db/connection/timeLimit';
import { askSendGate, type HeldClaim, type PassedClaim } from '../../db/dispatch/askSendGate';
import type { ClaimedCommunication } from '../../db/dispatch/claimDueCommunications';
import { holdBack } from '../../db/dispatch/holdBack';
import { type OutgoingMessage, startSending } from '../../db/dispatch/startSending';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { ANSWER_MS, type DispatchOptions } from './options';
import type { UnreadSettings } from './unreadSettings';

export interface GateDependencies {
	sql: Pool;
	log: Log;
	metrics: Metrics;
	unreadSettings: UnreadSettings;
	options: Pick<DispatchOptions, 'leaseSeconds'>;
}

/** A lead that changes between question and intent is asked about again; more often than this, its message waits. */
const MOST_QUESTIONS = 3;
const BUSY_DELAY_SECONDS = 1;

/**
 * Asks the send gate, right before it commits the intent to send what passes; what does not is cancelled or put off. Returns what
 * may be sent. Throws when the database does not answer: then nothing was sent.
 */
export async function startAllowed(
	deps: GateDependencies,
	claims: readonly ClaimedCommunication[],
): Promise<OutgoingMessage[]> {
	const { sql, options } = deps;
	const messages: OutgoingMessage[] = [];
	let held = 0;
	let waiting: readonly ClaimedCommunication[] = claims;
	for (let question = 1; waiting.length > 0; question++) {
		const verdict = await within(ANSWER_MS, askSendGate(sql, waiting));
		deps.unreadSettings.note(verdict);
		held += await hold(deps, verdict.held);
		if (verdict.passed.length === 0) break;
		const started = await within(ANSWER_MS, startSending(sql, verdict.passed, options.leaseSeconds));
		messages.push(...started);
		const ids = new Set(started.map(({ id }) => id));
		const missed = verdict.passed.filter(({ id }) => !ids.has(id));
		if (question === MOST_QUESTIONS) {
			held += await hold(deps, missed.map(laterOn));
			break;
		}
		waiting = missed;
	}
	deps.metrics.fenced.inc(Math.max(0, claims.length - messages.length - held));
	return messages;
}

function laterOn({ id, epoch, organizationId, communicationType }: PassedClaim): HeldClaim {
	const wait = { hold: 'wait', reason: 'lead_busy', delaySeconds: BUSY_DELAY_SECONDS } as const;
	return { id, epoch, organizationId, communicationType, ...wait };
}

/** Never throws: what could not be written is asked about again when its lease runs out. */
async function hold({ sql, log, metrics }: GateDependencies, claims: HeldClaim[]): Promise<number> {
	if (claims.length === 0) return 0;
	try {
		const written = await within(ANSWER_MS, holdBack(sql, claims));
		for (const claim of claims.filter(({ id }) => written.has(id))) {
			const { id, organizationId, communicationType: type, hold: decision, reason } = claim;
			metrics.held.inc({ type, decision, reason });
			// Said of the organization.
			if (reason === 'settings_invalid') continue;
			const entry = { communicationId: id, organizationId, type, decision, reason };
			log.info(entry, 'the send gate held a communication back');
		}
		return written.size;
	} catch (error) {
		log.warn({ err: error }, 'what the send gate held back could not be written; it waits for its lease');
		return 0;
	}
}
