import type { INodeProperties } from 'n8n-workflow';

import type { ItemResult } from '../../../domain/itemResult';
import type { Row } from './operation';
import type { ItemParameters } from './itemParameters';

/** `returnAll` and `limit`, as n8n's users know them. */
export const pagingDescription: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: { show: { returnAll: [false] } },
		default: 50,
		description: 'Max number of results to return',
	},
];

/**
 * Reads `returnAll` and `limit`; `readFilter` reads the rest and gets the limit for its schema to check. All rows come
 * from one statement: between pages, rows that others add or delete would repeat some and leave some out.
 */
export function readPaged<Filter>(
	parameters: ItemParameters,
	readFilter: (limit: unknown) => Filter,
): Filter {
	return readFilter(parameters.flag('returnAll') ? null : parameters.field('limit'));
}

/** Lists rows for every item. Items that ask for the same, as many items usually do, share one query. */
export async function listEach<Filter extends object, Listed extends Row>(
	wanted: Filter[],
	list: (filter: Filter) => PromiseLike<Listed[]>,
): Promise<ItemResult<Listed[]>[]> {
	const listings = new Map<string, PromiseLike<Listed[]>>();
	const results = wanted.map((filter) => {
		const key = JSON.stringify(filter);
		const listing = listings.get(key) ?? list(filter);
		listings.set(key, listing);
		return listing;
	});
	return (await Promise.all(results)).map((row) => ({ row }));
}
