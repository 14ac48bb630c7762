import type { FieldProblem } from '../error/errors';
import { closestLabel } from '../input/closestLabel';
import { type DateRules, readDateTime } from '../input/dateTime';
import { email, LONGEST_NOTE, text } from '../input/field';
import { readTruth } from '../input/truth';
import { type CustomField, type CustomFieldType, nameOf } from './customField';
import { listReadings } from './listReadings';
import { LOST_DIGITS, losesDigits } from './lostDigits';

const NUMBER = /^\s*[-+]?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d{1,3})?\s*$/;
const SHOWN_OPTIONS = 12;

const plain = text(LONGEST_NOTE);

/** A value as it is stored, or what is wrong with it. The value itself is not repeated. */
export type CustomFieldReading =
	{ value: unknown; problem?: undefined } | { value?: undefined; problem: FieldProblem };

/**
 * A value of a registered custom field as it is stored: numbers and truth values given as text become such, a moment the
 * day it is written with, text with commas or semicolons a list, an option the one that is meant whatever its letter case.
 */
export function readCustomFieldValue(
	field: CustomField,
	value: unknown,
	rules: DateRules,
): CustomFieldReading {
	const read = READERS[field.type](value, field, rules);
	if (read !== undefined) return { value: read };
	const [problem, remedy] = problemOf(field, value, rules);
	return {
		problem: {
			field: nameOf(field),
			message: `${nameOf(field)} ${problem}`,
			description: remedy,
		},
	};
}

/** Gives the value as it is stored, or undefined when it is none of this type. */
const READERS: Record<CustomFieldType, (value: unknown, field: CustomField, rules: DateRules) => unknown> = {
	text: (value) => {
		if (losesDigits(value)) return undefined;
		const written = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
		return plain.safeParse(written).data;
	},
	number: (value) => {
		const number = toNumber(value);
		return typeof number === 'number' && Number.isFinite(number) && !losesDigits(number) ? number : undefined;
	},
	boolean: readTruth,
	// The day as it is written: a moment at midnight in one zone must not become the day before in another.
	date: (value, _field, rules) => readDateTime(value, rules).at?.toFormat('yyyy-MM-dd'),
	select: (value, { options }) => {
		if (typeof value === 'number') return closestLabel(options, String(value));
		return typeof value === 'string' ? closestLabel(options, value) : undefined;
	},
	multiSelect: (value, { options }) => {
		for (const list of listReadings(value)) {
			const chosen = list.map((entry) => closestLabel(options, entry));
			if (!chosen.includes(undefined)) return [...new Set(chosen)];
		}
		return undefined;
	},
	url: (value) => {
		if (typeof value !== 'string' || !URL.canParse(value.trim())) return undefined;
		return /^https?:$/.test(new URL(value.trim()).protocol) ? plain.safeParse(value.trim()).data : undefined;
	},
	email: (value) => email.safeParse(value).data,
};

/** What a value has to be, and how to write it. */
const WANTED: Record<CustomFieldType, (field: CustomField) => [problem: string, remedy: string]> = {
	text: () => ['is not text that can be stored', 'Give text of at most 100,000 characters.'],
	number: () => ['is not a number', 'Give digits without marks between thousands, such as 1200 or 4.5.'],
	boolean: () => ['is neither true nor false', 'Give true or false, or yes or no.'],
	date: () => ['is not a date', 'Write it as 2026-03-01.'],
	select: (field) => [`must be ${oneOf(field)}`, 'Choose one of them. Letter case does not matter.'],
	multiSelect: (field) => [
		`must be a list, each entry ${oneOf(field)}`,
		'Choose from them. Letter case does not matter.',
	],
	url: () => ['is not a web address', 'Write it as https://example.com/page.'],
	email: () => ['is not an e-mail address', 'Write it as name@example.com.'],
};

function problemOf(field: CustomField, value: unknown, rules: DateRules): [problem: string, remedy: string] {
	const { type } = field;
	if (type === 'email' && typeof value === 'string') {
		const [problem, remedy = ''] = (email.safeParse(value).error?.issues[0]?.message ?? '').split('; ', 2);
		if (problem && remedy) return [problem, `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`];
	}
	if (type === 'date' && readDateTime(value, rules).days) {
		return [
			'does not say which number is the day and which the month',
			'Write it as 2026-03-01, or say by the option Date Locale, where there is one, whose order it has.',
		];
	}
	const isNumber = type === 'number' || type === 'text';
	return isNumber && losesDigits(type === 'number' ? toNumber(value) : value)
		? LOST_DIGITS
		: WANTED[type](field);
}

function toNumber(value: unknown): unknown {
	const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
	return number === Infinity || number === -Infinity ? value : number;
}

function oneOf({ options }: CustomField): string {
	const shown = options.slice(0, SHOWN_OPTIONS).map((option) => option.slice(0, 60));
	const more = options.length - shown.length;
	return `one of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
