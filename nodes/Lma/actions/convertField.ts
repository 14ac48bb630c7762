import { ValidationError } from '../../../domain/error/errors';
import type { DateRules } from '../../../domain/input/dateTime';
import type { FieldFacts, FieldForm } from '../../../domain/input/facts';
import { readTruth } from '../../../domain/input/truth';
import { toCalendarDate, toInstant } from '../instant';

type Conversion = (value: unknown, field: string, facts: FieldFacts, rules: DateRules) => unknown;

const CONVERSIONS: Record<FieldForm, Conversion> = {
	day: (value, field, _facts, rules) => toCalendarDate(value, field, rules),
	flag,
	id,
	ids,
	json,
	list,
	moment: (value, field, _facts, rules) => toInstant(value, field, rules),
	number,
};

/**
 * Converts a value from n8n to what its field takes: ids and numbers that arrive as text, numbers where text is
 * meant (a telephone number out of a spreadsheet), JSON as text, dates in any form n8n has. What cannot be converted
 * for certain is returned as it is; the schema of the database layer then says what is wrong with it.
 *
 * @param field column name in camelCase, for errors
 * @param facts what the schema says of the field
 * @param rules how dates are read that do not say their zone or order
 * @throws ValidationError for JSON or a date that cannot be read
 */
export function convertField(value: unknown, field: string, facts: FieldFacts, rules: DateRules): unknown {
	return facts.form ? CONVERSIONS[facts.form](value, field, facts, rules) : text(value);
}

/** Agents and spreadsheets write truth as text. */
function flag(value: unknown): unknown {
	return readTruth(value) ?? value;
}

function text(value: unknown): unknown {
	return typeof value === 'number' ? String(value) : value;
}

function number(value: unknown): unknown {
	return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

function id(value: unknown): unknown {
	const plain = isLocator(value) ? value.value : value;
	return typeof plain === 'string' && /^\s*\d{1,15}\s*$/.test(plain) ? Number(plain) : plain;
}

function ids(value: unknown, field: string, facts: FieldFacts): unknown {
	const entries = list(value, field, facts);
	return Array.isArray(entries) ? entries.map((entry) => id(entry)) : entries;
}

/** An array, JSON of one, or text with commas. An array is never split, so a tag may hold a comma. */
function list(value: unknown, field: string, facts: FieldFacts): unknown {
	if (typeof value === 'number') return [value];
	if (typeof value !== 'string') return value;
	if (value.trim().startsWith('[')) return json(value, field, facts);
	return value
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

function json(value: unknown, field: string, facts: FieldFacts): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return invalidJson(value, field, facts);
	}
}

function invalidJson(value: string, field: string, { isShown }: FieldFacts): never {
	throw new ValidationError(
		field,
		isShown ? `${field}: "${value.slice(0, 40)}" is not valid JSON` : `${field} is not valid JSON`,
		'Put names and texts in double quotes, as in { "name": "text" }, or give an expression that results in an object.',
	);
}

/** n8n takes the id out of a resource locator only at the top level, not inside a collection. */
export function isLocator(value: unknown): value is { __rl: true; value: unknown } {
	return typeof value === 'object' && value !== null && '__rl' in value && 'value' in value;
}
