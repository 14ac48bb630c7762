import type { DateOrder } from '../input/dateOrder';
import { readDateTime } from '../input/dateTime';

/** What one date says of the order of its column; `both`: it can be read either way, and means two days. */
export type DayEvidence = DateOrder | 'none' | 'both' | 'unreadable';

/** Locales that write dates in numbers in this order. */
const LOCALES: Record<DateOrder, string> = { dayFirst: 'en-GB', monthFirst: 'en-US' };
/** With points the day comes first wherever dates are written so. */
const WITH_POINTS = /^\d{1,2}\.\d{1,2}\.\d{4}(?=$|\s)/;
const AS_STORED = /^\d{4}-\d{2}-\d{2}$/;

/** What a date says of the order of day and month. */
export function dayEvidence(text: string): DayEvidence {
	if (AS_STORED.test(text) || /\p{L}{3}/u.test(text)) return 'none';
	const [first, second] = [readDay(text, 'dayFirst'), readDay(text, 'monthFirst')];
	if (first === undefined) return second === undefined ? 'unreadable' : 'monthFirst';
	if (second === undefined || WITH_POINTS.test(text)) return 'dayFirst';
	return first === second ? 'none' : 'both';
}

/**
 * A date as `2026-03-01`, the time of day left out; undefined when it is none. Names of months are English, or those of
 * the locale.
 */
export function readDay(text: string, order: DateOrder, locale?: string): string | undefined {
	const isNamed = locale !== undefined && /\p{L}{3}/u.test(text);
	const rules = { zone: 'UTC', locale: isNamed ? locale : LOCALES[order] };
	return readDateTime(text, rules).at?.toFormat('yyyy-MM-dd');
}
