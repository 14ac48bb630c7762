import { parseInput } from '../../domain/input/parseInput';
import {
	type CustomField,
	type CustomFieldInput,
	customFieldSchema,
	MOST_FIELDS,
} from '../../domain/customField/customField';
import { ConflictError, NotFoundError } from '../../domain/error/errors';
import type { Sql } from '../connection/client';

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
	const field = parseInput(customFieldSchema, input);
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
		`The organization already has ${MOST_FIELDS} custom fields`,
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
		'Check the key: `lma org fields list` shows the existing ones.',
	);
}
