import type { CustomField, CustomFieldType } from '../customField/customField';
import { factsOf } from '../input/facts';
import { HEADINGS } from '../lead/headings';
import { LEAD_FIELDS, WRITTEN_COLUMNS, type WrittenField } from '../lead/lead';

/** How the cells of a column are read. */
type CellForm = 'text' | 'list' | 'money' | 'cents' | 'number' | 'day' | 'json';

/** Where the cells of a column go: a field of the lead, a custom field by its key, or nowhere. */
export type Target =
	| { field: WrittenField; key?: undefined; form: CellForm }
	| { field?: undefined; key: string; form: CellForm; definition?: CustomField | undefined }
	| { field?: undefined; key?: undefined; leftOut: LeftOut };

/**
 * Why a column goes nowhere. `unknown`: leads have none such; `asked`: somebody said so; `export`: a known program writes it, and
 * leads do not need it; `second`: another column was chosen for the field; `own`: what we wrote beside rejected rows; `extra`: a
 * cell that was too many in a rejected row; `empty`: it has no heading.
 */
export type LeftOut = 'unknown' | 'asked' | 'export' | 'second' | 'own' | 'extra' | 'empty';

const FORM_OF_TYPE: Partial<Record<CustomFieldType, CellForm>> = { number: 'number', date: 'day' };
const AMOUNT = new Set<string>(HEADINGS.money);
const CURRENCY_AFTER = /(eur|euro|euros|usd|gbp|chf|pln|brl|sek|nok|dkk|czk|cad|aud|inr)$/;

const ownName = new Map(WRITTEN_COLUMNS.map(({ field }) => [plainHeading(field), field]));
const synonym = new Map(
	WRITTEN_COLUMNS.flatMap(({ field, input: { headings = [] } }) =>
		headings.map((name): [string, WrittenField] => [name, field]),
	),
);

/** Fields that the database keeps by itself: an export has them. */
const kept = new Set(LEAD_FIELDS.map((field) => plainHeading(field)).filter((plain) => !ownName.has(plain)));

/** A heading as it is compared: in lower case, without accents, spaces and punctuation. */
export function plainHeading(heading: string): string {
	return heading
		.normalize('NFKD')
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** The target that a heading names in one of the ways that files do; undefined when leads have none such. */
export function targetOf(heading: string, register: readonly CustomField[]): Target | undefined {
	const plain = plainHeading(heading);
	const field = ownName.get(plain);
	if (field && field !== 'value') return toField(field);
	return (
		prefixedTarget(heading, register) ??
		registeredTarget(plain, register) ??
		amountTarget(plain) ??
		synonymTarget(plain) ??
		(kept.has(plain) ? { leftOut: 'export' } : undefined)
	);
}

/** The target that somebody names for a column: `phone`, `value`, `valueCents`, `customFields.key`, `-`. */
export function namedTarget(name: string, register: readonly CustomField[]): Target | undefined {
	if (name.trim() === '-') return { leftOut: 'asked' };
	const plain = plainHeading(name);
	const field = ownName.get(plain);
	return (
		prefixedTarget(name, register) ??
		amountTarget(plain) ??
		(field && toField(field)) ??
		registeredTarget(plain, register)
	);
}

/** The field as a target; `value` in whole units of money. */
function toField(field: WrittenField): Target {
	return { field, form: formOf(field) };
}

/** What two columns must not both go to. Null for a column that is left out. */
export function placeOf({ field, key }: Target): string | null {
	return field ?? (key === undefined ? null : `customFields.${key}`);
}

/** What names a target for a column in `namedTarget`, its unit with it: `valueCents` for cents. Null for one that leads nowhere. */
export function nameOfTarget(target: Target): string | null {
	return 'form' in target && target.field !== undefined && target.form === 'cents'
		? `${target.field}Cents`
		: placeOf(target);
}

/** Every name that a heading may have, for what is nearly one of them. */
export function knownHeadings(register: readonly CustomField[]): string[] {
	const own = register.flatMap(({ key, label }) => [plainHeading(key), plainHeading(label)]);
	return [...ownName.keys(), ...synonym.keys(), ...AMOUNT, ...HEADINGS.cents, ...own];
}

function formOf(field: WrittenField): CellForm {
	if (field === 'value') return 'money';
	const { form } = factsOf(WRITTEN_COLUMNS.find((column) => column.field === field)?.schema as never);
	return form === 'list' || form === 'day' || form === 'json' ? form : 'text';
}

function amountTarget(plain: string): Target | undefined {
	if (HEADINGS.cents.includes(plain)) return { field: 'value', form: 'cents' };
	const isMoney = AMOUNT.has(plain) || AMOUNT.has(plain.replace(CURRENCY_AFTER, '').replace(/in$/, ''));
	return isMoney ? { field: 'value', form: 'money' } : undefined;
}

function synonymTarget(plain: string): Target | undefined {
	const field = synonym.get(plain);
	return field && toField(field);
}

function prefixedTarget(name: string, register: readonly CustomField[]): Target | undefined {
	const key = /^\s*custom[_ ]?fields?\.(.+?)\s*$/i.exec(name)?.[1];
	return key === undefined
		? undefined
		: toCustomField(
				key,
				register.find((field) => field.key === key),
			);
}

function registeredTarget(plain: string, register: readonly CustomField[]): Target | undefined {
	const definition = register.find(
		({ key, label }) => plainHeading(key) === plain || plainHeading(label) === plain,
	);
	return definition && toCustomField(definition.key, definition);
}

function toCustomField(key: string, definition: CustomField | undefined): Target {
	return { key, definition, form: (definition && FORM_OF_TYPE[definition.type]) ?? 'text' };
}
