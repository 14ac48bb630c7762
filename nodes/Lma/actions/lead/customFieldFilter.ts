import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { toLmaError } from '../../../../db/connection/error/toLmaError';
import { type LeadFilter, leadFilterSchema } from '../../../../db/lead/leadFilter';
import { listLeads } from '../../../../db/lead/list';
import { typeFilters } from '../../../../db/lead/typeFilters';
import type { CustomFieldOperator } from '../../../../domain/customField/customFieldCondition';
import { parseInput } from '../../../../domain/input/parseInput';
import type { ItemResult } from '../../../../domain/itemResult';
import type { Lead } from '../../../../domain/lead/lead';
import type { Listed } from '../../../../domain/list/page';
import { asJson } from '../../instant';
import type { Fields, ItemParameters } from '../itemParameters';
import { listEach } from '../paging';
import { isRecord } from '../plainValue';

const operators: (INodePropertyOptions & { value: CustomFieldOperator })[] = [
	{ name: 'Any Of', value: 'anyOf', description: 'One of the values: a list, or text with commas' },
	{ name: 'Between', value: 'between', description: 'From the value to the one under Up To, both included' },
	{
		name: 'Contains',
		value: 'contains',
		description: 'The text is part of it, or the option among those chosen',
	},
	{ name: 'Equals', value: 'equals' },
	{ name: 'Exists', value: 'exists', description: 'There is a value' },
	{ name: 'Greater', value: 'greater', description: 'A larger number, or a later day' },
	{ name: 'Greater or Equal', value: 'greaterOrEqual' },
	{ name: 'Less', value: 'less', description: 'A smaller number, or an earlier day' },
	{ name: 'Less or Equal', value: 'lessOrEqual' },
	{ name: 'Not Equals', value: 'notEquals', description: 'Another value, or none' },
	{ name: 'Not Exists', value: 'notExists', description: 'There is no value' },
];

/** Comparisons of custom fields. */
export const customFieldConditions: INodeProperties = {
	displayName: 'Custom Field Conditions',
	name: 'customFieldConditions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	description:
		'Only leads whose custom fields meet all of these conditions. Numbers, dates and truth values are compared as such.',
	options: [
		{
			displayName: 'Condition',
			name: 'condition',
			values: [
				{
					displayName: 'Field',
					name: 'key',
					type: 'string',
					default: '',
					placeholder: 'e.g. seats',
					description: 'The key of the custom field',
				},
				{
					displayName: 'Operator',
					name: 'operator',
					type: 'options',
					options: operators,
					default: 'equals',
					description: 'How the field is compared',
				},
				{
					displayName: 'Up To',
					name: 'upTo',
					type: 'string',
					displayOptions: { show: { operator: ['between'] } },
					default: '',
					description: 'The largest value',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					displayOptions: { hide: { operator: ['exists', 'notExists'] } },
					default: '',
					description: 'What the field is compared with',
				},
			],
		},
	],
};

/** What the filters of an item say of custom fields, for `typeFilters`. */
export function readCustomFieldFilter(parameters: ItemParameters, filters: Fields): Fields {
	const { customFields, customFieldConditions: given } = filters;
	const conditions = isRecord(given) ? (given.condition ?? []) : given;
	const isEmpty = Array.isArray(conditions) && conditions.length === 0;
	return {
		...((customFields ?? conditions) !== undefined && { fallbackTimezone: parameters.timezone }),
		customFieldConditions: isEmpty ? undefined : withJson(conditions, parameters.timezone),
	};
}

/** Lists leads for every item, custom fields compared by their types. */
export async function listTyped(sql: Sql, wanted: LeadFilter[]): Promise<ItemResult<Listed<Lead>[]>[]> {
	const typed = (await typeFilters(sql, wanted as Parameters<typeof typeFilters>[1] & LeadFilter[])).map(
		withFittingCursor,
	);
	const listed = await listEach(
		typed.flatMap(({ row }) => row ?? []),
		(filter) => listLeads(sql, filter),
	);
	const results = listed.values();
	return typed.map((filter) => {
		if (filter.error) return filter;
		const result = results.next().value;
		if (!result) throw new Error('A listing gave fewer results than it had filters');
		return result;
	});
}

/** A cursor is of typed conditions, and fits only now or not at all. */
function withFittingCursor(typed: ItemResult<LeadFilter>): ItemResult<LeadFilter> {
	if (typed.error) return typed;
	try {
		parseInput(leadFilterSchema, typed.row);
		return typed;
	} catch (error) {
		return { error: toLmaError(error) };
	}
}

/** Dates of expressions as text. */
function withJson(conditions: unknown, zone: string): unknown {
	if (!Array.isArray(conditions)) return conditions;
	const json = (value: unknown): unknown =>
		Array.isArray(value) ? value.map((one) => json(one)) : asJson(value, zone);
	return conditions.map((condition: unknown) =>
		isRecord(condition)
			? Object.fromEntries(Object.entries(condition).map(([name, value]) => [name, json(value)]))
			: condition,
	);
}
