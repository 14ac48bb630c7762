import { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { bigId, label, leadId, LONGEST_CONTENT, text, timestamp, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { COMMUNICATION_DIRECTIONS, COMMUNICATION_TYPES } from './communication';

/** What every communication has. */
const communicationFields = {
	leadId,
	communicationType: label(COMMUNICATION_TYPES),
	subject: text(500).nullish(),
	content: text(LONGEST_CONTENT).nullish(),
	userId: userId.nullish(),
	commMetadata: jsonObject.optional(),
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
	.strictObject({ ...communicationFields, scheduledAt: timestamp })
	.refine(
		(input) =>
			input.communicationType !== 'email' || `${input.subject ?? ''}${input.content ?? ''}`.trim() !== '',
		{
			path: ['content'],
			message: 'and subject are both empty; write what the e-mail should say',
		},
	);
export type ScheduledCommunication = z.output<typeof scheduledCommunicationSchema>;

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
	reopen: z.boolean({ error: 'must be true or false' }).default(false),
});
export type Reschedule = z.output<typeof rescheduleSchema>;
