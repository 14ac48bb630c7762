import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import {
	leadSummary,
	type LeadSummary,
	type LeadSummaryFilter,
	leadSummaryFilterSchema,
} from '../../../../db/report/report';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { statusChoice, temperatureChoice } from '../lead/choices';
import { optionsCollection } from '../options';
import { listEach, pagingDescription, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { pick, simplifyDescription } from '../simplify';

export const description: INodeProperties[] = shownFor('report', 'leadSummary', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Lead ID',
				name: 'leadId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 42',
				description: 'Only this lead',
			},
			{
				displayName: 'Lead Temperature',
				name: 'leadTemperature',
				type: 'multiOptions',
				...temperatureChoice,
				default: [],
				description: 'Only leads of one of these temperatures',
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'multiOptions',
				...statusChoice,
				default: [],
				description: 'Only leads in one of these stages of the pipeline',
			},
		],
		description: 'Conditions that a lead must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([ifNothingMatched]),
]);

export const access = 'read';
export const absence = 'nothingMatched';
export const schema = leadSummaryFilterSchema;

export function read(parameters: ItemParameters): LeadSummaryFilter {
	const { status, leadTemperature, ...others } = parameters.fields('filters');
	return readPaged(parameters, ({ limit }) =>
		parseInput(schema, {
			...others,
			status: asLabels(status),
			leadTemperature: asLabels(leadTemperature),
			limit,
		}),
	);
}

/** Leads with the counts of their communications and notes, best score first. */
export function execute(sql: Sql, wanted: LeadSummaryFilter[]) {
	return listEach(wanted, (filter) => leadSummary(sql, filter));
}

/** What most people want of the summary. */
export function simplify(summary: LeadSummary) {
	return pick(summary, [
		'id',
		'email',
		'firstName',
		'lastName',
		'company',
		'score',
		'status',
		'communicationCount',
		'noteCount',
		'lastCommunicationDate',
	]);
}
