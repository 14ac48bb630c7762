import type { CustomField } from '../../domain/customField/customField';
import { nameOf, readCustomFieldValue } from '../../domain/customField/customFieldValue';
import { LmaError, ValidationError } from '../../domain/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { listCustomFields } from '../customField/customField';

type Values = Record<string, unknown>;

interface WithCustomFields {
	customFields?: Values | null | undefined;
	customFieldChanges?: Values | undefined;
	customFieldCandidates?: Values | undefined;
}

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
	const checked = inputs.map((input) => check(input, register, required));
	const right = checked.flatMap(({ row }) => row ?? []);
	const written = (right.length > 0 ? await write(right) : []).values();
	return checked.map((result) => {
		if (result.error) return result;
		const next = written.next().value;
		if (!next) throw new Error('A write gave fewer results than it had inputs');
		return next;
	});
}

/** What is wrong with a new lead that has no value for a required field. */
export function missingField(field: Pick<CustomField, 'key'>): ValidationError {
	const name = nameOf(field);
	return new ValidationError(name, `${name} is missing`, 'A new lead needs it: fill it in.');
}

/** The custom fields of a lead that is created with these. Undefined when nothing is said of them. */
export function createdCustomFields({ customFields, customFieldChanges }: WithCustomFields) {
	if (!customFieldChanges) return customFields;
	const given = Object.entries(customFieldChanges).filter(([, value]) => value !== null);
	return { ...customFields, ...Object.fromEntries(given) };
}

/** What two inputs for one lead come to: later fields win, and what is given anew as a whole is not mixed with older parts. */
export function mergeFields<Fields extends WithCustomFields>(
	earlier: Fields | undefined,
	later: Fields,
): Fields {
	const given = Object.fromEntries(
		Object.entries(later).filter(([, value]) => value !== undefined),
	) as Fields;
	if (!earlier) return given;
	const { customFieldChanges, ...rest } = earlier;
	const changes =
		given.customFields === undefined
			? { ...customFieldChanges, ...given.customFieldChanges }
			: given.customFieldChanges;
	const isChanged = changes !== undefined && Object.keys(changes).length > 0;
	return { ...rest, ...given, ...(isChanged && { customFieldChanges: changes }) } as Fields;
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

function hasCustomFields({
	customFields,
	customFieldChanges,
	customFieldCandidates,
}: WithCustomFields): boolean {
	return Boolean(customFields ?? customFieldChanges ?? customFieldCandidates);
}

function check<Input extends WithCustomFields>(
	{ customFieldCandidates = {}, ...input }: Input,
	register: ReadonlyMap<string, CustomField>,
	required: readonly CustomField[],
): ItemResult<Input> {
	try {
		const { customFields } = input;
		const picked = Object.entries(customFieldCandidates).filter(([key]) => register.has(key));
		const changes = readAll({ ...Object.fromEntries(picked), ...input.customFieldChanges }, register);
		const row = {
			...input,
			...(customFields && { customFields: readAll(customFields, register) }),
			customFieldChanges: Object.keys(changes).length > 0 ? changes : undefined,
		} as unknown as Input;
		const created = createdCustomFields(row) ?? {};
		const missing = required.find(({ key }) => !Object.hasOwn(created, key));
		if (missing) throw missingField(missing);
		return { row };
	} catch (error) {
		if (error instanceof LmaError) return { error };
		throw error;
	}
}

/** Registered values as they are stored. An empty text is no value; null takes one away. */
function readAll(values: Values, register: ReadonlyMap<string, CustomField>): Values {
	const read = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
		const field = register.get(key);
		if (!field) return [[key, value]];
		if (value === '' || value === undefined) return [];
		if (value !== null) return [[key, readCustomFieldValue(field, value)]];
		if (!field.isRequired) return [[key, null]];
		throw new ValidationError(
			nameOf(field),
			`${nameOf(field)} cannot be null`,
			'Every lead needs it: give a value, or leave the field out.',
		);
	});
	return Object.fromEntries(read);
}
