import type { FieldProblem } from '../error/errors';
import { closestLabel } from '../input/closestLabel';
import type { DateRules } from '../input/dateTime';
import { type CustomField, type CustomFieldType, nameOf } from './customField';
import type { CustomFieldCondition, CustomFieldOperator } from './customFieldCondition';
import { readCustomFieldValue } from './customFieldValue';
import { listReadings } from './listReadings';

type Type = CustomFieldType | 'free';

const EVERY: readonly CustomFieldOperator[] = ['equals', 'notEquals', 'exists', 'notExists'];
const ORDER: readonly CustomFieldOperator[] = ['greater', 'greaterOrEqual', 'less', 'lessOrEqual', 'between'];

/** By what each type can be compared. */
const OPERATORS: Record<Type, readonly CustomFieldOperator[]> = {
	boolean: EVERY,
	date: [...EVERY, 'anyOf', ...ORDER],
	email: [...EVERY, 'anyOf', 'contains'],
	free: [...EVERY, 'anyOf', 'contains', ...ORDER],
	multiSelect: [...EVERY, 'anyOf', 'contains'],
	number: [...EVERY, 'anyOf', ...ORDER],
	select: [...EVERY, 'anyOf', 'contains'],
	text: [...EVERY, 'anyOf', 'contains'],
	url: [...EVERY, 'anyOf', 'contains'],
};

/** A condition as the database takes it, or what is wrong with it. */
export type TypedCondition =
	{ condition: CustomFieldCondition; problem?: undefined } | { condition?: undefined; problem: FieldProblem };

/**
 * A condition on a custom field with its values as the field keeps them: `10` and `"10"` are one number, `yes` is true, an
 * option is the one that is meant. The values of a field that is not registered are compared as texts, and by size as numbers
 * or days.
 */
export function typeCondition(
	asked: CustomFieldCondition,
	field: CustomField | undefined,
	rules: DateRules,
): TypedCondition {
	const { key, operator } = asked;
	const given = givenValues(asked, field);
	const type = field?.type ?? freeType(operator, given, rules);
	const refuse = (problem: string, remedy: string): TypedCondition => {
		const name = nameOf({ key });
		return { problem: { field: name, message: `${name} ${problem}`, description: remedy } };
	};
	if (!OPERATORS[type].includes(operator)) {
		const known = OPERATORS[type].join(', ');
		return refuse(`is a ${type} and cannot be compared by ${operator}`, `Choose one of ${known}.`);
	}
	if (operator === 'exists' || operator === 'notExists')
		return { condition: { key, operator, type, values: [] } };
	if (given.length === 0 || given.some((one) => one === undefined || one === null || one === '')) {
		return refuse(
			'has nothing to be compared with',
			'Give a value; to find leads without one, use notExists.',
		);
	}
	if (operator === 'contains' && type !== 'multiSelect') {
		return { condition: { key, operator, type, values: given.map(String) } };
	}
	const { values, problem } = readValues(field ?? unregistered(key, type), given, rules);
	if (problem) return { problem };
	if (operator === 'between' && isBackwards(type, values)) {
		return refuse('has a range that ends before it begins', 'Give the smaller value first.');
	}
	return { condition: { key, operator, type, values } };
}

function givenValues(
	{ operator, value, upTo }: CustomFieldCondition,
	field: CustomField | undefined,
): unknown[] {
	if (operator === 'between') return Array.isArray(value) && upTo === undefined ? value : [value, upTo];
	if (operator !== 'anyOf') return [value];
	if (Array.isArray(value)) return value;
	return typeof value === 'string' ? entriesOf(value, field) : [value];
}

/** Text with commas or semicolons between entries. */
function entriesOf(text: string, field: CustomField | undefined): unknown[] {
	// An option may have a comma in it.
	const readings = listReadings(text);
	const { options } = field ?? { options: [] };
	const chosen = readings.find((list) => list.every((one) => closestLabel(options, one) !== undefined));
	return chosen ?? readings.at(-1) ?? [];
}

function readValues(
	field: CustomField,
	given: unknown[],
	rules: DateRules,
): { values: string[]; problem?: undefined } | { values?: undefined; problem: FieldProblem } {
	const values: string[] = [];
	for (const one of given) {
		const read = readCustomFieldValue(field, one, rules);
		if (read.problem) return read;
		const texts = [read.value].flat().map(String);
		values.push(...(field.type === 'email' ? texts.map((address) => address.toLowerCase()) : texts));
	}
	return { values };
}

/** By size, what is not registered is compared as numbers or days, whichever the values are. */
function freeType(operator: CustomFieldOperator, given: unknown[], rules: DateRules): Type {
	if (!ORDER.includes(operator)) return 'free';
	const isAll = (type: CustomFieldType) =>
		given.every((one) => readCustomFieldValue(unregistered('', type), one, rules).problem === undefined);
	return isAll('number') || !isAll('date') ? 'number' : 'date';
}

function unregistered(key: string, type: Type): CustomField {
	return {
		key,
		label: key,
		type: type === 'free' ? 'text' : type,
		options: [],
		isRequired: false,
		position: 0,
	};
}

function isBackwards(type: Type, [from = '', to = '']: string[]): boolean {
	return type === 'number' ? Number(from) > Number(to) : from > to;
}
