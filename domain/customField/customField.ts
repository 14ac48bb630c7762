import { z } from 'zod/v4';

import { integer, label, text } from '../input/field';
import { isReservedKey } from '../input/json';

export const CUSTOM_FIELD_TYPES = [
	'text',
	'number',
	'boolean',
	'date',
	'select',
	'multiSelect',
	'url',
	'email',
] as const;
export type CustomFieldType = (typeof CUSTOM_FIELD_TYPES)[number];

/** Most custom fields an organization may have: what a form can still show. */
export const MOST_FIELDS = 500;
const MOST_OPTIONS = 500;
const LARGEST_OPTIONS = 60_000;

/** A row of `custom_field_definitions`: what an organization keeps of its leads besides their columns. */
export interface CustomField {
	/** The key in `customFields` of a lead. */
	key: string;
	label: string;
	type: CustomFieldType;
	/** What may be chosen; empty unless the type is select or multiSelect. */
	options: string[];
	/** A new lead needs a value, and it cannot be taken away. */
	isRequired: boolean;
	/** Smaller ones come first. */
	position: number;
}

/** How errors call a custom field. */
export function nameOf({ key }: Pick<CustomField, 'key'>): string {
	return `customFields.${key}`;
}

const key = text(100)
	.refine(
		(value) => value !== '' && value === value.trim(),
		'is empty or has spaces around it; write only the key',
	)
	.refine(
		(value) => !/[[\].{}"'`\\<>\p{Cc}]/u.test(value),
		'contains a character that is not allowed in keys; use letters, digits, spaces, - and _',
	)
	.refine((value) => !isReservedKey(value), 'is a reserved name; choose another key');

const line = (max: number) =>
	text(max)
		.transform((value) => value.trim())
		.refine(
			(value) => value !== '' && !/\p{Cc}/u.test(value),
			'is empty or longer than one line; write a single line',
		);

/** A custom field to register, or to change: what is left out is as of a new one. */
export const customFieldSchema = z
	.strictObject({
		key,
		/** Defaults to the key. */
		label: line(255).optional(),
		type: label(CUSTOM_FIELD_TYPES).default('text'),
		options: z
			.array(line(255), { error: 'must be a list of texts' })
			.max(MOST_OPTIONS, `has more than ${MOST_OPTIONS} entries; remove some`)
			.refine((list) => new Set(list).size === list.length, 'lists an option twice; remove one')
			.refine((list) => JSON.stringify(list).length <= LARGEST_OPTIONS, 'is too long; shorten the options')
			.default([]),
		isRequired: z.boolean().default(false),
		/** Last, when left out; a field that is there keeps its place. */
		position: integer('must be a place in the order', 0, 10_000).optional(),
	})
	.refine(({ type, options }) => isChoice(type) === options.length > 0, {
		path: ['options'],
		message:
			'are for the types select and multiSelect only, which need at least one; give --option with those types only',
	});
export type CustomFieldInput = z.input<typeof customFieldSchema>;

function isChoice(type: CustomFieldType): boolean {
	return type === 'select' || type === 'multiSelect';
}
