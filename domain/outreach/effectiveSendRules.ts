import type { CommunicationType } from '../communication/communication';
import { ValidationError } from '../error/errors';
import { blockingTags, DEFAULT_BLOCK_TAGS, doNotContactTags } from './blockTags';
import { isZone, type SendCheck, type SendRules, type SendSettings } from './sendRules';
import type { SendWindow } from './sendWindow';

const DAY_MS = 86_400_000;

/** What is automated and written: where nothing is said, closed leads and those who replied get no more of it. */
const CAREFUL_TYPES: readonly CommunicationType[] = ['email', 'sms'];

/** What the rules of a message depend on besides the organization. Times are milliseconds since 1970. */
export interface SendOccasion {
	/** The moment to decide about. */
	time: number;
	leadTimezone: string | null;
	/** For a message that is scheduled: since when. A reply after it ends it. */
	plannedAt?: number;
	/** See `SendRules`. */
	checksAddress?: boolean;
}

/**
 * The rules of one check: its own, else the organization's, else careful ones: closed leads, those who replied and those
 * with a tag that says so get no e-mails and texts. The lead's own time zone comes first. A transactional message waits for
 * nothing, and only who must not be contacted at all does not get it.
 *
 * @throws ValidationError when together they make no window
 */
export function effectiveSendRules(
	check: SendCheck,
	settings: SendSettings,
	{ time, leadTimezone, plannedAt, checksAddress = true }: SendOccasion,
): SendRules {
	const merged = { ...settings, ...withoutUnset(check) };
	const { communicationType, isTransactional = false } = check;
	const isOwnWindow = [check.sendFrom, check.sendUntil, check.weekdays].some((part) => part !== undefined);
	// Hours of the organization are in the zone that they are in when the worker asks.
	const fallback = isOwnWindow ? check.fallbackTimezone : undefined;
	const window = windowOf(merged, firstZone(leadTimezone, merged.timezone, fallback));
	const isCareful = CAREFUL_TYPES.includes(communicationType);
	const { maxCommunications: count, periodDays = 7, allowClosed = !isCareful } = merged;
	const tags = isCareful ? (settings.blockTags ?? DEFAULT_BLOCK_TAGS) : [];
	const cap = count === undefined || isTransactional ? null : { count, periodDays };
	return {
		communicationType,
		window: isTransactional ? { ...window, ...ALWAYS } : window,
		cap,
		repliedSince: isTransactional ? null : repliedSince(merged, { isCareful, time, plannedAt }),
		allowClosed: allowClosed || isTransactional,
		blockTags: blockingTags(isTransactional ? doNotContactTags(tags) : tags),
		isTransactional,
		checksAddress,
	};
}

const ALWAYS = { fromMinute: 0, untilMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };

function windowOf(
	{ sendFrom = '00:00', sendUntil = '24:00', weekdays = ALWAYS.weekdays }: SendSettings,
	timezone: string,
): SendWindow {
	const window = { timezone, fromMinute: minuteOf(sendFrom), untilMinute: minuteOf(sendUntil), weekdays };
	if (window.fromMinute !== window.untilMinute) return window;
	throw new ValidationError(
		'sendUntil',
		`sendUntil is the same time as sendFrom: "${sendUntil}"`,
		'Choose another time, or leave both out for the whole day.',
	);
}

/** Of all moments that the check, the organization and the schedule name, the earliest. */
function repliedSince(
	{ repliedSince: since, repliedWithinDays: days, allowReplied }: SendCheck & SendSettings,
	{ isCareful, time, plannedAt }: { isCareful: boolean; time: number; plannedAt: number | undefined },
): SendRules['repliedSince'] {
	if (since !== undefined) return Date.parse(since);
	if (allowReplied) return null;
	const within = days === undefined ? Infinity : time - days * DAY_MS;
	// At the very moment at which it was scheduled, the reply was known.
	const planned = isCareful && plannedAt !== undefined ? plannedAt + 0.001 : Infinity;
	const earliest = Math.min(within, planned);
	if (earliest !== Infinity) return earliest;
	return isCareful ? 'last_message' : null;
}

function firstZone(...names: (string | null | undefined)[]): string {
	return names.find((name) => typeof name === 'string' && isZone(name)) ?? 'UTC';
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
