import { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { LONGEST_NOTE, text } from '../input/field';
import type { CustomField, CustomFieldType } from './customField';

const DATE = /^\s*(\d{4}-\d{2}-\d{2})(?:$|[T\s])/;
const NUMBER = /^\s*[-+]?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d{1,3})?\s*$/;
const SHOWN_OPTIONS = 12;

const plain = text(LONGEST_NOTE);

/** Gives the value as it is stored, or undefined when it is none of this type. */
const READERS: Record<CustomFieldType, (value: unknown, field: CustomField) => unknown> = {
	text: (value) => {
		const written = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
		return plain.safeParse(written).data;
	},
	number: (value) => {
		const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
		return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
	},
	boolean: (value) => {
		if (typeof value === 'boolean') return value;
		const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
		if (word === 'true' || word === 1 || word === '1') return true;
		return word === 'false' || word === 0 || word === '0' ? false : undefined;
	},
	// The day as it is written: a moment at midnight in one zone must not become the day before in another.
	date: (value) => {
		const day = typeof value === 'string' ? DATE.exec(value)?.[1] : undefined;
		return z.iso.date().safeParse(day).data;
	},
	select: (value, { options }) => {
		const chosen = typeof value === 'number' ? String(value) : value;
		return options.find((option) => option === chosen);
	},
	multiSelect: (value, { options }) => {
		const chosen = toList(value);
		return chosen?.every((entry) => options.includes(entry)) ? [...new Set(chosen)] : undefined;
	},
	url: (value) => {
		if (typeof value !== 'string' || !URL.canParse(value.trim())) return undefined;
		return /^https?:$/.test(new URL(value.trim()).protocol) ? plain.safeParse(value.trim()).data : undefined;
	},
	email: (value) =>
		z
			.email()
			.max(255)
			.safeParse(typeof value === 'string' ? value.trim() : value).data,
};

/** What a value has to be, and how to write it. */
const WANTED: Record<CustomFieldType, (field: CustomField) => [problem: string, remedy: string]> = {
	text: () => ['is not text that can be stored', 'Give text of at most 100,000 characters.'],
	number: () => ['is not a number', 'Give a number such as 12 or 4.5.'],
	boolean: () => ['is neither true nor false', 'Give true or false.'],
	date: () => ['is not a date', 'Write it as 2026-03-01.'],
	select: (field) => [`must be ${oneOf(field)}`, 'Choose one of them, spelled exactly like that.'],
	multiSelect: (field) => [
		`must be a list, each entry ${oneOf(field)}`,
		'Choose from them, spelled exactly like that.',
	],
	url: () => ['is not a web address', 'Write it as https://example.com/page.'],
	email: () => ['is not an e-mail address', 'Write it as name@example.com.'],
};

/**
 * A value of a registered custom field as it is stored: numbers and truth values given as text become such, a moment the
 * day it is written with, text with commas a list.
 *
 * @throws ValidationError that names the field and what it takes; the value is not repeated
 */
export function readCustomFieldValue(field: CustomField, value: unknown): unknown {
	const read = READERS[field.type](value, field);
	if (read !== undefined) return read;
	const [problem, remedy] = WANTED[field.type](field);
	throw new ValidationError(nameOf(field), `${nameOf(field)} ${problem}`, remedy);
}

/** How errors call a custom field. */
export function nameOf({ key }: Pick<CustomField, 'key'>): string {
	return `customFields.${key}`;
}

function toList(value: unknown): string[] | undefined {
	if (Array.isArray(value)) return value.map(String);
	if (typeof value === 'number') return [String(value)];
	if (typeof value !== 'string') return undefined;
	const list: unknown = value.trim().startsWith('[') ? parse(value) : value.split(',');
	if (!Array.isArray(list)) return undefined;
	return list.map((entry) => String(entry).trim()).filter((entry) => entry !== '');
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}

function oneOf({ options }: CustomField): string {
	const shown = options.slice(0, SHOWN_OPTIONS).map((option) => option.slice(0, 60));
	const more = options.length - shown.length;
	return `one of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
