import { LmaError, ValidationError } from '../error/errors';
import type { ItemResult } from '../itemResult';
import type { CustomField } from './customField';
import { nameOf, readCustomFieldValue } from './customFieldValue';

type Values = Record<string, unknown>;

/** What is said of the custom fields of a lead. */
export interface WithCustomFields {
	customFields?: Values | null | undefined;
	customFieldChanges?: Values | undefined;
	customFieldCandidates?: Values | undefined;
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

/** Whether an input says anything of custom fields. */
export function hasCustomFields({
	customFields,
	customFieldChanges,
	customFieldCandidates,
}: WithCustomFields): boolean {
	return Boolean(customFields ?? customFieldChanges ?? customFieldCandidates);
}

/**
 * The input with its registered custom fields as they are stored, or what is wrong with one of them.
 *
 * @param required fields that a new lead needs a value for; empty for one that is there
 */
export function checkCustomFields<Input extends WithCustomFields>(
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
