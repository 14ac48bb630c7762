import { IANAZone } from 'luxon';
import { z } from 'zod/v4';

import { COMMUNICATION_TYPES, type CommunicationType } from '../communication/communication';
import { ValidationError } from '../error/errors';
import { withFacts } from '../input/facts';
import { integer, label, leadId, text, timestamp } from '../input/field';
import type { SendWindow } from './sendWindow';

/** What is asked of a communication before it may go out. */
export interface SendRules {
	communicationType: CommunicationType;
	window: SendWindow;
	/** At most `count` contacts within `periodDays`, this one included. */
	cap: { count: number; periodDays: number } | null;
	/** A reply from this moment on ends it. Milliseconds since 1970. */
	repliedSince: number | null;
	/** Leads that are won or lost may be contacted, too. */
	allowClosed: boolean;
}

/** Most contacts before that a check looks at, so no cap can be higher. */
export const MOST_CONTACTS = 50;
/** Longest period of a cap. */
export const LONGEST_PERIOD_DAYS = 365;
const DAY_MS = 86_400_000;

const clock = (pattern: RegExp) =>
	withFacts(
		text(5).refine((time) => pattern.test(time), 'is not a time of day; write it as 09:00'),
		{ isShown: true },
	);

const rules = {
	timezone: withFacts(text(64).refine(isZone, 'is not a time zone; write it as Europe/Vienna'), {
		isShown: true,
	}).optional(),
	sendFrom: clock(/^([01]\d|2[0-3]):[0-5]\d$/).optional(),
	sendUntil: clock(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/).optional(),
	weekdays: z
		.array(integer('must be from 1 (Monday) to 7 (Sunday)', 1, 7), {
			error: 'must be a list of weekdays from 1 to 7',
		})
		.min(1, { error: 'names no day; name at least one' })
		.optional(),
	maxCommunications: integer('must be a number of communications', 1, MOST_CONTACTS).optional(),
	periodDays: integer('must be a number of days', 1, LONGEST_PERIOD_DAYS).optional(),
	repliedWithinDays: integer('must be a number of days', 1, 3650).optional(),
	allowClosed: z.boolean({ error: 'must be true or false' }).optional(),
};

/** What an organization asks of every communication, in `organizations.settings.sendGate`. */
export const sendSettingsSchema = z.strictObject(rules);
export type SendSettings = z.output<typeof sendSettingsSchema>;

/** Whether a lead may be contacted. What is left out is as the organization has it. */
export const sendCheckSchema = z.strictObject({
	leadId,
	communicationType: label(COMMUNICATION_TYPES),
	/** The moment to decide about; left out: now. */
	sendAt: timestamp.optional(),
	/** A reply at this time or later blocks; stands above `repliedWithinDays`. */
	repliedSince: timestamp.optional(),
	/** Counts only communications of the same type for the cap. */
	countOnlyType: z.boolean({ error: 'must be true or false' }).optional(),
	/** Where neither lead nor rules nor organization name a zone. */
	fallbackTimezone: text(64).optional(),
	...rules,
});
export type SendCheck = z.output<typeof sendCheckSchema>;

/**
 * The rules of one check: its own, else the organization's, else none. The lead's own time zone comes first.
 *
 * @param time the moment to decide about, in milliseconds since 1970
 * @throws ValidationError when together they make no window
 */
export function effectiveSendRules(
	check: SendCheck,
	settings: SendSettings,
	leadTimezone: string | null,
	time: number,
): SendRules {
	const { sendFrom = '00:00', sendUntil = '24:00', ...merged } = { ...settings, ...withoutUnset(check) };
	const window = {
		timezone: firstZone(leadTimezone, merged.timezone, check.fallbackTimezone),
		fromMinute: minuteOf(sendFrom),
		untilMinute: minuteOf(sendUntil),
		weekdays: merged.weekdays ?? [1, 2, 3, 4, 5, 6, 7],
	};
	if (window.fromMinute === window.untilMinute) {
		throw new ValidationError(
			'sendUntil',
			`sendUntil is the same time as sendFrom: "${sendUntil}"`,
			'Choose another time, or leave both out for the whole day.',
		);
	}
	const { maxCommunications: count, periodDays = 7, repliedWithinDays } = merged;
	return {
		communicationType: check.communicationType,
		window,
		cap: count === undefined ? null : { count, periodDays },
		repliedSince: repliedSince(check, repliedWithinDays, time),
		allowClosed: merged.allowClosed ?? false,
	};
}

function repliedSince({ repliedSince: since }: SendCheck, withinDays: number | undefined, time: number) {
	if (since !== undefined) return Date.parse(since);
	return withinDays === undefined ? null : time - withinDays * DAY_MS;
}

function firstZone(...names: (string | null | undefined)[]): string {
	return names.find((name) => typeof name === 'string' && isZone(name)) ?? 'UTC';
}

const knownZones = new Map<string, boolean>();
/** Leads may name any text as their zone. */
const MOST_KNOWN_ZONES = 1000;

/** Whether there is such a time zone. Asking the runtime takes a tenth of a millisecond, so answers are kept. */
export function isZone(name: string): boolean {
	const isKnown = knownZones.get(name) ?? IANAZone.isValidZone(name);
	if (knownZones.size >= MOST_KNOWN_ZONES) knownZones.clear();
	knownZones.set(name, isKnown);
	return isKnown;
}

function minuteOf(time: string): number {
	const [hours = 0, minutes = 0] = time.split(':').map(Number);
	return hours * 60 + minutes;
}

/** Without the fields that are undefined, which would hide the organization's. */
function withoutUnset(check: SendCheck): SendCheck {
	return Object.fromEntries(
		Object.entries<unknown>(check).filter(([, value]) => value !== undefined),
	) as SendCheck;
}
