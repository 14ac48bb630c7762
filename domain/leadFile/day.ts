import type { DateOrder } from '../input/dateOrder';
import { readDateTime } from '../input/dateTime';

/** What one date says of the order of its column; `both`: it can be read either way, and means two days. */
export type DayEvidence = DateOrder | 'none' | 'both' | 'unreadable';

/** Locales that write dates in numbers in this order. */
const LOCALES: Record<DateOrder, string> = { dayFirst: 'en-GB', monthFirst: 'en-US' };
/** With points the day comes first wherever dates are written so. */
const WITH_POINTS = /^\d{1,2}\.\d{1,2}\.\d{4}(?=$|\s)/;
/** 2026.12.31 and 20261231: between years that a lead may close in, no other number looks so. */
const YEAR_FIRST = /^((?:19|20|21)\d{2})(?:\.(?=\d+\.\d)|(?=\d{4}$))(\d{1,2})\.?(\d{1,2})$/;
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
export function readDay(written: string, order: DateOrder, locale?: string): string | undefined {
	const text = written.replace(YEAR_FIRST, '$1-$2-$3');
	const isNamed = locale !== undefined && /\p{L}{3}/u.test(text);
	const rules = { zone: 'UTC', locale: isNamed ? locale : LOCALES[order] };
	return readDateTime(text, rules).at?.toFormat('yyyy-MM-dd');
}

/** What is wrong with a text that is no date and, after a semicolon, what to do. */
export function dayProblem(text: string): string {
	const shown = `"${text.length <= 40 ? text : `${text.slice(0, 39)}…`}"`;
	if (/^\d{5}([.,]\d+)?$/.test(text)) {
		return `is a number, as spreadsheets keep dates: ${shown}; show the column as dates there, and save the file again`;
	}
	if (/^\d{1,2}([./-])\d{1,2}\1\d{2}$/.test(text)) {
		return `has a year of two digits: ${shown}; write it as 2026-03-01`;
	}
	const isNamed = /\p{L}{3}/u.test(text) && /\d{4}/.test(text);
	const orLocale = isNamed ? ', or name a locale whose months these are, such as de' : '';
	return `is not a date: ${shown}; write it as 2026-03-01${orLocale}`;
}
