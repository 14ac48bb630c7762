import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { type LeadFilter, leadFilterSchema } from '../../../../db/lead/leadFilter';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import { keepCursor, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';
import { listTyped, readCustomFieldFilter } from './customFieldFilter';
import { filters, matching, sorting } from './filters';

export const description: INodeProperties[] = shownFor('lead', 'getMany', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: filters,
		description: 'Conditions that a lead must meet',
	},
	matching,
	...sorting,
	simplifyDescription,
	optionsCollection([...pagingOptions, ifNothingMatched]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = leadFilterSchema;

export function read(parameters: ItemParameters): LeadFilter {
	const { status, source, leadTemperature, ...others } = parameters.fields('filters');
	return readPaged(parameters, (page) =>
		parseInput(schema, {
			...others,
			...readCustomFieldFilter(parameters, others),
			...parameters.fieldsOf('match', 'sortBy', 'sortDirection'),
			status: asLabels(status),
			source: asLabels(source),
			leadTemperature: asLabels(leadTemperature),
			...page,
		}),
	);
}

/** Lists leads of the organization. */
export function execute(sql: Sql, wanted: LeadFilter[]) {
	return listTyped(sql, wanted);
}
