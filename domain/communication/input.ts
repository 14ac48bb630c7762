import { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { bigId, label, leadId, LONGEST_CONTENT, text, timestamp, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { COMMUNICATION_DIRECTIONS, COMMUNICATION_TYPES } from './communication';

const flag = z.boolean({ error: 'must be true or false' });

/** What every communication has. */
const communicationFields = {
	leadId,
	communicationType: label(COMMUNICATION_TYPES),
	subject: text(500).nullish(),
	content: text(LONGEST_CONTENT).nullish(),
	userId: userId.nullish(),
	commMetadata: jsonObject.optional(),
	/** About something that the lead asked for or bought: the send gate lets it pass, and it counts for no cap. */
	isTransactional: flag.optional(),
};

/** Something that has happened: a mail that came, a call that was made. */
export const newCommunicationSchema = z.strictObject({
	...communicationFields,
	direction: label(COMMUNICATION_DIRECTIONS),
	/** When; left out: now. */
	completedAt: timestamp.optional(),
});
export type NewCommunication = z.output<typeof newCommunicationSchema>;

/** Something that the worker is to send. */
export const scheduledCommunicationSchema = z
	.strictObject({
		...communicationFields,
		scheduledAt: timestamp,
		/**
		 * Whether the send gate is asked, and room within the frequency cap kept: `block` refuses what may not go out at that
		 * time, `defer` takes the first time at which it may. Left out: `off`.
		 */
		checkSend: label(['off', 'block', 'defer']).optional(),
		/** What comes of a message that the gate refuses: an error, as when it is left out, or what the gate says. */
		ifBlocked: label(['error', 'output']).optional(),
		/** See the check of a send. */
		fallbackTimezone: text(64).optional(),
	})
	.refine(
		({ communicationType, subject, content }) => communicationType !== 'email' || hasText(subject, content),
		{
			path: ['content'],
			message: 'and subject are both empty; write what the e-mail should say',
		},
	)
	.refine(({ communicationType, content }) => communicationType !== 'sms' || hasText(content), {
		path: ['content'],
		message: 'is empty; write what the text message should say',
	});
export type ScheduledCommunication = z.output<typeof scheduledCommunicationSchema>;

function hasText(...texts: (string | null | undefined)[]): boolean {
	return texts.some((given) => (given ?? '').trim() !== '');
}

/** A schedule may lie this far back, for clocks that differ and workflows that take their time. */
export const PAST_TOLERANCE = '5 minutes';

/** A time to send at that has passed. */
export class PastTimeError extends ValidationError {
	constructor(scheduledAt: string) {
		super(
			'scheduledAt',
			`scheduledAt is in the past: ${scheduledAt}`,
			'Choose a time in the future, or now.',
		);
	}
}

/** Another time for a communication. */
export const rescheduleSchema = z.strictObject({
	id: bigId,
	scheduledAt: timestamp,
	/** Also what failed or was cancelled; it is sent anew, even if it may have been sent before. */
	reopen: flag.default(false),
});
export type Reschedule = z.output<typeof rescheduleSchema>;
