import { z } from 'zod/v4';

import type { Sql } from './client';
import { ConflictError, NotFoundError } from './errors';
import { integer, label, text } from './field';

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
const MOST_FIELDS = 500;
const MOST_OPTIONS = 500;
const LARGEST_OPTIONS = 60_000;
const NO_KEYS = ['__proto__', 'constructor', 'prototype'];

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

const key = text(100)
	.refine(
		(value) => value !== '' && value === value.trim(),
		'is empty or has space around it; write the key alone',
	)
	.refine(
		(value) => !/[[\].{}"'`\\<>\p{Cc}]/u.test(value),
		'has a sign that no key may have; use letters, digits, space, - and _',
	)
	.refine(
		(value) => !NO_KEYS.includes(value),
		'is a name that programs keep for themselves; choose another key',
	);

const line = (max: number) =>
	text(max)
		.transform((value) => value.trim())
		.refine(
			(value) => value !== '' && !/\p{Cc}/u.test(value),
			'is empty or more than a line; write one line',
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
			.refine((list) => new Set(list).size === list.length, 'names an option twice; remove one')
			.refine((list) => JSON.stringify(list).length <= LARGEST_OPTIONS, 'is too long; shorten the options')
			.default([]),
		isRequired: z.boolean().default(false),
		/** Last, when left out; a field that is there keeps its place. */
		position: integer('must be a place in the order', 0, 10_000).optional(),
	})
	.refine(({ type, options }) => isChoice(type) === options.length > 0, {
		path: ['options'],
		message:
			'are for the types select and multiSelect, which need some; give --options with those types only',
	});
export type CustomFieldInput = z.input<typeof customFieldSchema>;

export function isChoice(type: CustomFieldType): boolean {
	return type === 'select' || type === 'multiSelect';
}

/** The custom fields of leads of the transaction's organization, in their order. One statement. */
export function listCustomFields(sql: Sql) {
	return sql<CustomField[]>`
		select f.key, f.label, f.field_type as type, f.options, f.is_required, f.position
		from custom_field_definitions f
		where f.organization_id = (select lma.current_organization_id())
			and f.entity = 'lead'
		order by f.position, f.id`;
}

/** The same of any organization. For administration: run it with `asOwner`. */
export function listCustomFieldsOf(sql: Sql, organizationId: number) {
	return sql<CustomField[]>`
		select f.key, f.label, f.field_type as type, f.options, f.is_required, f.position
		from custom_field_definitions f
		where f.organization_id = ${organizationId}
			and f.entity = 'lead'
		order by f.position, f.id`;
}

/**
 * Registers a custom field, or changes the one with this key. Values that leads have already stay as they are, of
 * whatever type; those written from now on are checked. Can be repeated. For administration: run it with `asOwner`.
 *
 * @throws ConflictError when the organization has as many as a form can show
 */
export async function setCustomField(
	sql: Sql,
	organizationId: number,
	input: CustomFieldInput,
): Promise<CustomField> {
	const field = customFieldSchema.parse(input);
	const [written] = await sql<CustomField[]>`
		insert into custom_field_definitions as f
			(organization_id, key, label, field_type, options, is_required, position)
		select
			${organizationId}, ${field.key}, ${field.label ?? field.key}, ${field.type}, ${sql.json(field.options)},
			${field.isRequired}, coalesce(${field.position ?? null}::integer, max(o.position) + 1, 0)
		from custom_field_definitions o
		where o.organization_id = ${organizationId}
		having count(*) filter (where o.key <> ${field.key}) < ${MOST_FIELDS}
		on conflict on constraint custom_field_definitions_key_key do update
		set label = excluded.label, field_type = excluded.field_type, options = excluded.options,
			is_required = excluded.is_required, position = coalesce(${field.position ?? null}::integer, f.position)
		returning f.key, f.label, f.field_type as type, f.options, f.is_required, f.position`;
	if (written) return written;
	throw new ConflictError(
		`The organization has ${MOST_FIELDS} custom fields already`,
		'Remove one with `lma org fields remove` first.',
	);
}

/**
 * Takes a custom field out of the register. The values that leads have stay in their rows, unchecked from now on. For
 * administration: run it with `asOwner`.
 *
 * @throws NotFoundError when the organization has none with this key
 */
export async function removeCustomField(sql: Sql, organizationId: number, fieldKey: string): Promise<void> {
	const removed = await sql`
		delete from custom_field_definitions
		where organization_id = ${organizationId}
			and entity = 'lead'
			and key = ${fieldKey}
		returning id`;
	if (removed.length > 0) return;
	throw new NotFoundError(
		'Custom field',
		fieldKey.slice(0, 100),
		'Check the key: `lma org fields list` shows those there are.',
	);
}
