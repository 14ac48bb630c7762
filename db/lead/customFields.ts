import {
	checkCustomFields,
	hasCustomFields,
	type WithCustomFields,
} from '../../domain/customField/checkedCustomFields';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { listCustomFields } from '../customField/customField';

/**
 * Writes inputs whose custom fields have been checked by the register of the organization; one that is wrong fails alone.
 * Keys that are not registered are free. One statement more.
 *
 * @param isNew a lead without a value for a required field is refused
 */
export async function writeCheckedCustomFields<Input extends WithCustomFields, Row>(
	sql: Sql,
	inputs: readonly Input[],
	{ isNew = false },
	write: (checked: readonly Input[]) => Promise<ItemResult<Row>[]>,
): Promise<ItemResult<Row>[]> {
	if (!isNew && !inputs.some(hasCustomFields)) return await write(inputs);
	const register = new Map((await listCustomFields(sql)).map((field) => [field.key, field]));
	const required = isNew ? [...register.values()].filter(({ isRequired }) => isRequired) : [];
	if (required.length === 0 && !inputs.some(hasCustomFields)) return await write(inputs);
	const checked = inputs.map((input) => checkCustomFields(input, register, required));
	const right = checked.flatMap(({ row }) => row ?? []);
	const written = (right.length > 0 ? await write(right) : []).values();
	return checked.map((result) => {
		if (result.error) return result;
		const next = written.next().value;
		if (!next) throw new Error('A write gave fewer results than it had inputs');
		return next;
	});
}

/** `custom_fields` of the record `r` after the changes among `fields`, as SQL: a null takes its key away. */
export function changedCustomFields(sql: Sql, fields: string) {
	const changes = sql`${sql(fields)} -> 'custom_field_changes'`;
	return sql`
		case when ${sql(fields)} ? 'custom_field_changes' then
			(case jsonb_typeof(r.custom_fields) when 'object' then r.custom_fields else '{}' end || (${changes}))
				- array(select c.key from jsonb_each(${changes}) c where c.value = 'null')
		else r.custom_fields end`;
}
