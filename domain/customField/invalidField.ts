import type { FieldProblem } from '../error/errors';
import { isLocale } from '../input/dateOrder';
import { label, text } from '../input/field';
import { losesDigits } from './lostDigits';

/** What becomes of a lead with a wrong value in a field that it need not have. */
export const INVALID_FIELD_POLICIES = ['refuse', 'omit', 'keep'] as const;

/** How the values of a lead are to be read, besides themselves. */
export const readingFields = {
	/**
	 * `refuse`, the default, fails the lead; `omit` leaves the value out; `keep` keeps it as text in the custom field
	 * `<field>_unchecked`. The row then says so in `invalidFields`. The address and what is required always refuse.
	 */
	onInvalidField: label(INVALID_FIELD_POLICIES).optional(),
	/** Whose order of day and month dates in custom fields have, and whose names of months: `de`, `en-GB`. */
	dateLocale: text(35).refine(isLocale, 'is not a locale; write it as de, en-GB or en-US').optional(),
	/** The zone of times that name none. Defaults to UTC. */
	fallbackTimezone: text(100).optional(),
};

/** A value that did not go into its field. */
export interface InvalidField {
	field: string;
	/** What is wrong with it; the value is repeated where it is nothing personal. */
	problem: string;
	remedy: string;
	/** The custom field that keeps it as text; null when it was left out, as is a number whose last digits are lost. */
	keptAs: string | null;
}

/** Longest text that is kept of a wrong value, in characters. */
const LONGEST_KEPT = 10_000;

/** Where a wrong value is kept: `customFields.<this>`. */
export function uncheckedKey(key: string): string {
	return `${key}_unchecked`;
}

/** A wrong value as text that can be stored. Null for a number whose last digits are lost: the text would be another one. */
export function asFreeText(value: unknown): string | null {
	if (losesDigits(value)) return null;
	const json = JSON.stringify(value) as string | undefined;
	const written = typeof value === 'string' ? value : (json ?? String(value));
	return Array.from(written.replaceAll('\0', '').toWellFormed()).slice(0, LONGEST_KEPT).join('');
}

/** What is told of a wrong value: where it is kept, or null when it was left out. */
export function toInvalidField(
	{ field, message, description }: FieldProblem,
	keptIn: string | null,
): InvalidField {
	return {
		field,
		problem: message,
		remedy: description,
		keptAs: keptIn === null ? null : `customFields.${keptIn}`,
	};
}
