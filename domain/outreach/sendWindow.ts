import { IANAZone } from 'luxon';

/** When messages may be sent, by the clock on the wall of a time zone. */
export interface SendWindow {
	/** IANA name, such as `Europe/Vienna`. */
	timezone: string;
	/** Minutes after midnight, 0–1439. */
	fromMinute: number;
	/** Minutes after midnight, 1–1440; at or below `fromMinute` it is on the next day. The minute itself is outside. */
	untilMinute: number;
	/** 1 is Monday, 7 Sunday. A window over midnight belongs to the day on which it begins. */
	weekdays: readonly number[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A window that lies in the hour that daylight saving skips, on one weekday, comes back after two weeks. */
const HORIZON_DAYS = 22;

/**
 * The first moment from `time` on, in milliseconds since 1970, that lies in the window; null when three weeks have none. The
 * wall clock decides: an hour that daylight saving repeats counts twice, one that it skips does not exist.
 */
export function nextOpening(window: SendWindow, time: number): number | null {
	const zone = IANAZone.create(window.timezone);
	let from = time;
	while (from < time + HORIZON_DAYS * DAY_MS) {
		// Between two changes of the offset, the wall clock runs evenly.
		const offset = zone.offset(from) * MINUTE_MS;
		const until = nextChange(zone, from);
		const opening = openingOnWall(window, from + offset) - offset;
		if (opening < until) return opening;
		from = until;
	}
	return null;
}

/** The moment at which the offset of the zone changes next, or a day later when it does not until then. */
function nextChange(zone: IANAZone, from: number): number {
	let before = from;
	let after = from + DAY_MS;
	const offset = zone.offset(before);
	if (zone.offset(after) === offset) return after;
	while (after - before > 1) {
		const middle = Math.floor((before + after) / 2);
		if (zone.offset(middle) === offset) before = middle;
		else after = middle;
	}
	return after;
}

/** The first wall time from `wall` on that is in the window, both as milliseconds that know no zone. */
function openingOnWall({ fromMinute, untilMinute, weekdays }: SendWindow, wall: number): number {
	const length = (untilMinute > fromMinute ? 0 : DAY_MS) + (untilMinute - fromMinute) * MINUTE_MS;
	const today = Math.floor(wall / DAY_MS);
	// From yesterday on, whose window may reach over midnight.
	for (let day = today - 1; day <= today + 7; day++) {
		if (!weekdays.includes(weekdayOf(day))) continue;
		const opens = day * DAY_MS + fromMinute * MINUTE_MS;
		if (wall < opens + length) return Math.max(wall, opens);
	}
	return Infinity;
}

/** Of a day counted from 1 January 1970, a Thursday. */
function weekdayOf(day: number): number {
	return ((((day + 3) % 7) + 7) % 7) + 1;
}
