import { DateTime } from 'luxon';

import { ValidationError } from '../../domain/error/errors';

// A date alone, or a date with a time, seconds, fraction and zone. Luxon reads more than that as ISO
// ("2026", "12:30", week dates), and such a value is more often a mistake than meant.
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?$/i;

/** PostgreSQL has no year 0. */
const FIRST_YEAR = 1;

/**
 * Reads a point in time as n8n hands it over, and returns it as ISO 8601 in UTC.
 *
 * Takes a Luxon `DateTime`, a JS `Date`, or an ISO 8601 string. A string without a zone is read in `zone`, the
 * workflow's; a date alone is its midnight there. A local time that daylight saving skips moves forward.
 *
 * @throws ValidationError for anything else; it names `field`, the value and what to give
 */
export function toInstant(value: unknown, field: string, zone: string): string {
	const parsed = parse(value, zone);
	const utc = parsed?.toUTC();
	if (!utc?.isValid || utc.year < FIRST_YEAR) throw unreadable(value, field);
	return utc.toJSDate().toISOString();
}

/**
 * Reads a calendar date, and returns it as `YYYY-MM-DD`.
 *
 * Strings and Luxon values keep the date they are written with, whatever their zone: a date picked as midnight in
 * one zone must not become the day before in another. A JS `Date` has no zone; its day is taken in `zone`.
 *
 * @throws ValidationError for anything else; it names `field`, the value and what to give
 */
export function toCalendarDate(value: unknown, field: string, zone: string): string {
	const parsed = parse(value, zone);
	if (!parsed?.isValid || parsed.year < FIRST_YEAR) throw unreadable(value, field);
	return parsed.toFormat('yyyy-MM-dd');
}

/**
 * A value as it goes into JSON: Luxon's and JavaScript's dates as ISO 8601 with their offset, a JS `Date` as it reads in
 * `zone`, so that the day stays the one that was meant. Anything else as it is.
 */
export function asJson(value: unknown, zone: string): unknown {
	if (DateTime.isDateTime(value)) return value.toISO();
	return value instanceof Date ? DateTime.fromJSDate(value, { zone }).toISO() : value;
}

function parse(value: unknown, zone: string): DateTime | undefined {
	// Luxon's own check looks at the brand, so it holds for values of another copy of Luxon, such as n8n's.
	if (DateTime.isDateTime(value)) return DateTime.fromISO(value.toISO() ?? '', { setZone: true });
	if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (!ISO_DATE.test(text) && !ISO_DATE_TIME.test(text)) return undefined;
	return DateTime.fromISO(text.toUpperCase(), { zone, setZone: true });
}

function unreadable(value: unknown, field: string): ValidationError {
	const shown = typeof value === 'string' ? `"${value.slice(0, 40)}"` : `a value of type ${typeName(value)}`;
	return new ValidationError(
		field,
		`${field}: ${shown} is not a date`,
		'Give an ISO 8601 date such as 2026-11-22T14:30:00+01:00, or a DateTime such as {{ $now.plus({ days: 1 }) }}.',
	);
}

function typeName(value: unknown): string {
	if (value === null) return 'null';
	if (value instanceof Date) return 'invalid Date';
	if (DateTime.isDateTime(value)) return 'invalid DateTime';
	return Array.isArray(value) ? 'array' : typeof value;
}
