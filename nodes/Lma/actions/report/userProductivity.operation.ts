import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import {
	userProductivity,
	type UserProductivity,
	type UserProductivityFilter,
	userProductivityFilterSchema,
} from '../../../../db/report/report';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { userField } from '../locator';
import { optionsCollection } from '../options';
import { listEach, pagingDescription, readPaged } from '../paging';
import type { ItemParameters } from '../itemParameters';
import { pick, simplifyDescription } from '../simplify';

export const description: INodeProperties[] = shownFor('report', 'userProductivity', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [userField('userId', 'User Name or ID', 'Only this user')],
		description: 'Conditions that a user must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([ifNothingMatched]),
]);

export const access = 'read';
export const absence = 'nothingMatched';
export const schema = userProductivityFilterSchema;

export function read(parameters: ItemParameters): UserProductivityFilter {
	return readPaged(parameters, ({ limit }) => parseInput(schema, { ...parameters.fields('filters'), limit }));
}

/** What every user has on the desk and has done, most leads first. */
export function execute(sql: Sql, wanted: UserProductivityFilter[]) {
	return listEach(wanted, (filter) => userProductivity(sql, filter));
}

/** What most people want of a user's numbers. */
export function simplify(numbers: UserProductivity) {
	return pick(numbers, [
		'id',
		'firstName',
		'lastName',
		'assignedLeads',
		'wonLeads',
		'avgLeadScore',
		'totalCommunications',
		'totalNotes',
	]);
}
