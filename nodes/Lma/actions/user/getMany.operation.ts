import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { listUsers, type UserFilter, userFilterSchema } from '../../../../db/user/user';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import { keepCursor, listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';

export const description: INodeProperties[] = shownFor('user', 'getMany', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Active',
				name: 'isActive',
				type: 'boolean',
				default: true,
				description: 'Whether to return active users or inactive ones',
			},
			{
				displayName: 'Role',
				name: 'role',
				type: 'multiOptions',
				options: [
					{ name: 'Admin', value: 'ADMIN' },
					{ name: 'Manager', value: 'MANAGER' },
					{ name: 'Sales Representative', value: 'SALES_REP' },
					{ name: 'Viewer', value: 'VIEWER' },
				],
				default: [],
				description: 'Only users with one of these roles',
			},
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				description: 'Only users with this text in the name or the address',
			},
		],
		description: 'Conditions that a user must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([...pagingOptions, ifNothingMatched]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = userFilterSchema;

export function read(parameters: ItemParameters): UserFilter {
	const { role, ...others } = parameters.fields('filters');
	return readPaged(parameters, (page) => parseInput(schema, { ...others, role: asLabels(role), ...page }));
}

/** Lists the users of the organization by name. */
export function execute(sql: Sql, wanted: UserFilter[]) {
	return listEach(wanted, (filter) => listUsers(sql, filter));
}
