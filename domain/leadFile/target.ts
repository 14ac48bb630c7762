import type { CustomField, CustomFieldType } from '../customField/customField';
import { withoutCurrencyAfter } from './currency';
import { factsOf } from '../input/facts';
import { isReservedKey } from '../input/json';
import { HEADINGS } from '../lead/headings';
import { LEAD_FIELDS, WRITTEN_COLUMNS, type WrittenField } from '../lead/lead';

/** How the cells of a column are read. */
type CellForm = 'text' | 'phone' | 'list' | 'money' | 'cents' | 'integer' | 'number' | 'day' | 'json';

/** First and last name in one cell, which becomes both. */
const WHOLE_NAME = 'fullName';

/** Where the cells of a column go: a field of the lead, a custom field by its key, or nowhere. */
export type Target =
	| { field: WrittenField; key?: undefined; form: CellForm }
	| { field: typeof WHOLE_NAME; key?: undefined; form: 'name' }
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
	if (plain === WHOLE_NAME.toLowerCase()) return { field: WHOLE_NAME, form: 'name' };
	const field = ownName.get(plain);
	return (
		prefixedTarget(name, register, { isLoose: true }) ??
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

/** Whether two columns would fill one place; a whole name fills those of both names. */
export function isSamePlace(one: Target, other: Target): boolean {
	const [place, second] = [placeOf(one), placeOf(other)];
	if (place === null || second === null) return false;
	const isName = (field: string) => field === 'firstName' || field === 'lastName';
	if (place === WHOLE_NAME) return second === WHOLE_NAME || isName(second);
	return place === second || (second === WHOLE_NAME && isName(place));
}

/** Whether a column is called as those that say in which currency an amount is. */
export function isCurrency(heading: string): boolean {
	return HEADINGS.currency.includes(plainHeading(heading));
}

/** Whether a column is called as those are that hold first and last name in one. */
export function isWholeName(heading: string): boolean {
	return HEADINGS.fullName.includes(plainHeading(heading));
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
	if (field === 'phone') return 'phone';
	const { form } = factsOf(WRITTEN_COLUMNS.find((column) => column.field === field)?.schema as never);
	if (form === 'number' || form === 'id') return 'integer';
	return form === 'list' || form === 'day' || form === 'json' ? form : 'text';
}

function amountTarget(plain: string): Target | undefined {
	const unit = plain.replace(/(?:in)?(?:euro|us)?cents?$/, '');
	if (HEADINGS.cents.includes(plain) || (unit !== plain && AMOUNT.has(unit)))
		return { field: 'value', form: 'cents' };
	const isMoney = AMOUNT.has(plain) || AMOUNT.has(withoutCurrencyAfter(plain));
	return isMoney ? { field: 'value', form: 'money' } : undefined;
}

function synonymTarget(plain: string): Target | undefined {
	const field = synonym.get(plain);
	return field && toField(field);
}

/** @param isLoose a label stands for its key, and letter case does not matter; an export names keys as they are */
function prefixedTarget(
	name: string,
	register: readonly CustomField[],
	{ isLoose = false } = {},
): Target | undefined {
	const key = /^\s*custom[_ ]?fields?\.(.+?)\s*$/i.exec(name)?.[1];
	if (key === undefined || isReservedKey(key)) return undefined;
	const definition = register.find((field) => field.key === key);
	const meant = isLoose && !definition ? registeredTarget(plainHeading(key), register) : undefined;
	return meant ?? toCustomField(key, definition);
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
