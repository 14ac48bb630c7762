import { DateTime } from 'luxon';

import { ValidationError } from '../../domain/error/errors';
import { type DateRules, readDateTime } from '../../domain/input/dateTime';

/**
 * Reads a point in time as n8n hands it over, in any form of `readDateTime`, and returns it as ISO 8601 in UTC. A text without
 * a zone is read in that of the rules, the workflow's; a date alone is its midnight there. A local time that daylight saving
 * skips moves forward.
 *
 * @throws ValidationError for anything else; it names `field`, the value and what to give
 */
export function toInstant(value: unknown, field: string, rules: DateRules): string {
	return read(value, field, rules).toUTC().toJSDate().toISOString();
}

/**
 * Reads a calendar date, and returns it as `YYYY-MM-DD`.
 *
 * Texts and Luxon values keep the date they are written with, whatever their zone: a date picked as midnight in
 * one zone must not become the day before in another. A JS `Date`, like a number of seconds or milliseconds, has no zone; its
 * day is taken in that of the rules.
 *
 * @throws ValidationError for anything else; it names `field`, the value and what to give
 */
export function toCalendarDate(value: unknown, field: string, rules: DateRules): string {
	return read(value, field, rules).toFormat('yyyy-MM-dd');
}

/**
 * A value as it goes into JSON: Luxon's and JavaScript's dates as ISO 8601 with their offset, a JS `Date` as it reads in
 * `zone`, so that the day stays the one that was meant. Anything else as it is.
 */
export function asJson(value: unknown, zone: string): unknown {
	if (DateTime.isDateTime(value)) return value.toISO();
	return value instanceof Date ? DateTime.fromJSDate(value, { zone }).toISO() : value;
}

function read(value: unknown, field: string, rules: DateRules): DateTime {
	const { at, days } = readDateTime(value, rules);
	if (at) return at;
	const shown = typeof value === 'string' ? `"${value.slice(0, 40)}"` : `a value of type ${typeName(value)}`;
	if (days) {
		throw new ValidationError(
			field,
			`${field}: ${shown} may be ${days.join(' or ')}`,
			'Write it as 2027-02-01, or say by the option Date Locale, where there is one, whose order it has.',
		);
	}
	throw new ValidationError(
		field,
		`${field}: ${shown} is not a date`,
		'Give an ISO 8601 date such as 2026-11-22T14:30:00+01:00, or a DateTime such as {{ $now.plus({ days: 1 }) }}. A date such as 22.11.2026 needs the option Date Locale.',
	);
}

function typeName(value: unknown): string {
	if (value === null) return 'null';
	if (value instanceof Date) return 'invalid Date';
	if (DateTime.isDateTime(value)) return 'invalid DateTime';
	return Array.isArray(value) ? 'array' : typeof value;
}
