import type { INodeProperties } from 'n8n-workflow';
import type { Sql } from '../../../../db/client';
import { parseInput } from '../../../../db/field';
import {
	userProductivity,
	userProductivityFilterSchema,
	type UserProductivityFilter,
} from '../../../../db/report';
import { shownFor } from '../display';
import { userField } from '../locator';
import { listEach, pagingDescription, readPaged } from '../paging';
import type { ItemParameters } from '../parameters';

export const description: INodeProperties[] = shownFor('report', 'userProductivity', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [userField('userId', 'User Name or ID', 'Only this user')],
		description: 'Conditions a user must meet, all of them',
	},
]);

export const access = 'read';

export function read(parameters: ItemParameters): UserProductivityFilter {
	return readPaged(parameters, (limit) =>
		parseInput(userProductivityFilterSchema, { ...parameters.fields('filters'), limit }),
	);
}

/** What every user has on the desk and has done, most leads first. */
export function execute(sql: Sql, wanted: UserProductivityFilter[]) {
	return listEach(wanted, (filter) => userProductivity(sql, filter));
}
