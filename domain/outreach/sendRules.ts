import { IANAZone } from 'luxon';
import { z } from 'zod/v4';

import { COMMUNICATION_TYPES, type CommunicationType } from '../communication/communication';
import { withFacts } from '../input/facts';
import { integer, label, leadId, MOST_TAGS, text, timestamp } from '../input/field';
import { setting } from '../input/setting';
import { DEFAULT_BLOCK_TAGS } from './blockTags';
import type { FrequencyCap } from './frequencyCap';
import type { SendWindow } from './sendWindow';

/** What is asked of a communication before it may go out. */
export interface SendRules {
	communicationType: CommunicationType;
	window: SendWindow;
	/** This contact included. */
	cap: FrequencyCap | null;
	/** A reply from this moment on ends it, in milliseconds since 1970; or one after the last message to the lead. */
	repliedSince: number | 'last_message' | null;
	/** Leads that are won or lost may be contacted, too. */
	allowClosed: boolean;
	/** Tags that end it, as `tagKey` writes them. */
	blockTags: ReadonlySet<string>;
	/** The message is about something that the lead asked for or bought. It may go to who has unsubscribed. */
	isTransactional: boolean;
	/** A missing or wrong address is looked for; else whoever sends finds it out. */
	checksAddress: boolean;
}

/** Most contacts before that a check looks at, so no cap can be higher. */
export const MOST_CONTACTS = 50;
/** Longest period of a cap. */
export const LONGEST_PERIOD_DAYS = 365;
const clock = (pattern: RegExp) =>
	withFacts(
		text(5).refine((time) => pattern.test(time), 'is not a time of day; write it as 09:00'),
		{ isShown: true },
	);

const flag = z.boolean({ error: 'must be true or false' });

const rules = {
	timezone: setting(
		withFacts(text(64).refine(isZone, 'is not a time zone; write it as Europe/Vienna'), { isShown: true }),
		'Time zone of the sending hours, where the lead has none in the custom field timezone. Not set: UTC.',
		'UTC',
	),
	sendFrom: setting(
		clock(/^([01]\d|2[0-3]):[0-5]\d$/),
		'Earliest time of day to send, such as 09:00.',
		'00:00',
	),
	sendUntil: setting(
		clock(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
		'Time of day from which nothing is sent any more, such as 17:30; earlier than sendFrom is on the next day.',
		'24:00',
	),
	weekdays: setting(
		z
			.array(integer('must be from 1 (Monday) to 7 (Sunday)', 1, 7), {
				error: 'must be a list of weekdays from 1 to 7',
			})
			.min(1, { error: 'names no day; name at least one' }),
		'Days on which to send, from 1 (Monday) to 7 (Sunday), such as 1,2,3,4,5.',
		[1, 2, 3, 4, 5, 6, 7],
	),
	maxCommunications: setting(
		integer('must be a number of communications', 1, MOST_CONTACTS),
		'Most communications with a lead within periodDays. Not set: no limit.',
	),
	periodDays: setting(
		integer('must be a number of days', 1, LONGEST_PERIOD_DAYS),
		'Days that maxCommunications counts over.',
		7,
	),
	repliedWithinDays: setting(
		integer('must be a number of days', 1, 3650),
		'Days for which a reply of the lead ends what was to be sent. Not set: for e-mails and texts, a reply after the last message.',
	),
	allowClosed: setting(
		flag,
		'Whether leads that are won or lost may be contacted, too. Not set: not by e-mails and texts.',
	),
	allowReplied: setting(flag, 'Whether leads that have replied may be contacted, too.', false),
};

/** What an organization asks of every communication, in `organizations.settings.sendGate`. */
export const sendSettingsSchema = z.strictObject({
	...rules,
	/** Stands in place of `DEFAULT_BLOCK_TAGS`. */
	blockTags: setting(
		z
			.array(text(100), { error: 'must be a list of tags' })
			.max(MOST_TAGS, { error: `has more than ${MOST_TAGS} tags; remove some` }),
		'Tags of leads who get no more e-mails and texts.',
		DEFAULT_BLOCK_TAGS,
	),
});
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
	countOnlyType: flag.optional(),
	/** About something that the lead asked for or bought: asks neither for the state of the lead nor for cap and hours. */
	isTransactional: flag.optional(),
	/** The zone of hours that the check itself names, where neither lead nor check nor organization name one. */
	fallbackTimezone: text(64).optional(),
	...rules,
});
export type SendCheck = z.output<typeof sendCheckSchema>;

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
