import {
	type AsRead,
	checkCustomFields,
	hasCustomFields,
	type WithCustomFields,
} from '../../domain/customField/checkedCustomFields';
import type { InvalidField } from '../../domain/customField/invalidField';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { listCustomFields } from '../customField/customField';

/** A row, with what did not go into its field; nothing of that where the input refuses what is wrong. */
export type Written<Row> = Row & { invalidFields?: readonly InvalidField[] };

/**
 * Writes inputs whose custom fields have been checked by the register of the organization; one that is wrong fails alone, with
 * everything that is wrong with it. Keys that are not registered are free. One statement more.
 *
 * @param isNew a lead without a value for a required field is refused
 */
export async function writeCheckedCustomFields<Input extends WithCustomFields, Row extends object>(
	sql: Sql,
	inputs: readonly AsRead<Input>[],
	{ isNew = false },
	write: (checked: readonly Input[]) => Promise<ItemResult<Row>[]>,
): Promise<ItemResult<Written<Row>>[]> {
	const isListed = isNew || inputs.some(hasCustomFields);
	const fields = isListed ? await listCustomFields(sql) : [];
	const register = new Map(fields.map((field) => [field.key, field]));
	const required = isNew ? fields.filter(({ isRequired }) => isRequired) : [];
	const checked = inputs.map((input) => checkCustomFields(input, register, required));
	const right = checked.flatMap(({ row }) => row ?? []);
	const written = (right.length > 0 ? await write(right) : []).values();
	return checked.map((result, index) => {
		if (result.error) return result;
		const next = written.next().value;
		if (!next) throw new Error('A write gave fewer results than it had inputs');
		const isTold = (inputs[index]?.onInvalidField ?? 'refuse') !== 'refuse';
		return next.row && isTold ? { row: { ...next.row, invalidFields: result.invalidFields } } : next;
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
