import { type FieldProblem, type LmaError, ValidationError } from '../error/errors';
import { type CustomField, nameOf } from './customField';
import { CustomFieldReader } from './customFieldReader';
import type { INVALID_FIELD_POLICIES, InvalidField } from './invalidField';

type Values = Record<string, unknown>;

/** What is said of the custom fields of a lead, and of how it was read so far. */
export interface WithCustomFields {
	customFields?: Values | null | undefined;
	customFieldChanges?: Values | undefined;
	customFieldCandidates?: Values | undefined;
	onInvalidField?: (typeof INVALID_FIELD_POLICIES)[number] | undefined;
	dateLocale?: string | undefined;
	fallbackTimezone?: string | undefined;
	/** Columns that were left out already. */
	invalidFields?: readonly InvalidField[] | undefined;
}

/**
 * What is left of an input with wrong columns, which are not in it: no lead can be made of it. Its custom fields are still to be
 * checked, so that everything that is wrong is named at once.
 */
export interface RefusedInput extends WithCustomFields {
	/** What is wrong with the columns; never empty. */
	problems: readonly FieldProblem[];
}

/** An input as it was read: whole, or refused for its columns. */
export type AsRead<Input extends WithCustomFields> = Input | RefusedInput;

/** An input whose custom fields were read, ready to be written; what did not go into its field. Or all that is wrong. */
export type CheckedInput<Input> =
	| { row: Input; invalidFields: readonly InvalidField[]; error?: undefined }
	| { row?: undefined; error: LmaError };

/** What is wrong with a new lead that has no value for a required field. */
export function missingField(field: Pick<CustomField, 'key'>): ValidationError {
	const name = nameOf(field);
	return new ValidationError(name, `${name} is missing`, 'A new lead needs it: fill it in.');
}

/** The custom fields of a lead that is created with these. Undefined when nothing is said of them. */
export function createdCustomFields({ customFields, customFieldChanges }: WithCustomFields) {
	if (!customFieldChanges) return customFields;
	const given = Object.entries(customFieldChanges).filter(([, value]) => value !== null);
	if (given.length === 0) return customFields;
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
 * The input with its registered custom fields as they are stored, or everything that is wrong with it.
 *
 * @param required fields that a new lead needs a value for; empty for one that is there
 */
export function checkCustomFields<Input extends WithCustomFields>(
	given: AsRead<Input>,
	register: ReadonlyMap<string, CustomField>,
	required: readonly CustomField[],
): CheckedInput<Input> {
	const wrong = 'problems' in given ? given.problems : [];
	const { customFieldCandidates = {}, onInvalidField, dateLocale, fallbackTimezone, ...rest } = given;
	const { invalidFields: omitted = [], ...input } = rest;
	const { customFields } = input;
	const reader = new CustomFieldReader(register, {
		policy: onInvalidField ?? 'refuse',
		dates: { zone: fallbackTimezone ?? 'UTC', locale: dateLocale },
	});
	const picked = Object.entries(customFieldCandidates).filter(([key]) => register.has(key));
	const replaced = customFields && reader.read(customFields);
	const changes = reader.read(
		{ ...Object.fromEntries(picked), ...input.customFieldChanges },
		{ isChange: true },
	);
	const row = {
		...input,
		...(replaced && { customFields: replaced }),
		customFieldChanges: Object.keys(changes).length > 0 ? changes : undefined,
	} as unknown as Input;
	const created = createdCustomFields(row) ?? {};
	const missing = required
		.filter(({ key }) => !Object.hasOwn(created, key))
		.flatMap((field) => reader.refusalOf(field) ?? missingField(field).problems);
	const problems = [...wrong, ...reader.problems, ...missing];
	if (problems.length > 0) return { error: ValidationError.of(problems) };
	return { row, invalidFields: [...omitted, ...reader.invalidFields] };
}
