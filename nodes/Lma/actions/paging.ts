import type { INodeProperties } from 'n8n-workflow';

import type { ItemResult } from '../../../domain/itemResult';
import type { Listed } from '../../../domain/list/page';
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

/** The options that read a list page by page; docs/lists.md shows a loop. */
export const pagingOptions: INodeProperties[] = [
	{
		displayName: 'After Cursor',
		name: 'afterCursor',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.cursor }}',
		description:
			'Only what comes after the item with this cursor, which Include Cursor gave it. Left empty, the list begins with its first item. Filters and order must be the same on every page.',
	},
	{
		displayName: 'Include Cursor',
		name: 'includeCursor',
		type: 'boolean',
		default: false,
		description:
			'Whether to give each item a field cursor: its place in the list, for After Cursor. The last item of a page has that of the next page.',
	},
];

/** Which part of a list is asked for; for the list's schema to check. */
export interface AskedPage {
	limit: unknown;
	afterCursor: unknown;
	includeCursor: unknown;
}

/**
 * Reads `returnAll`, `limit` and the options for pages; `readFilter` reads the rest. All rows of a page come from one statement; from
 * page to page only a cursor holds its place while others add and delete rows.
 */
export function readPaged<Filter>(
	parameters: ItemParameters,
	readFilter: (page: AskedPage) => Filter,
): Filter {
	const { afterCursor, includeCursor } = parameters.fields('options');
	const limit = parameters.flag('returnAll') ? null : parameters.field('limit');
	return readFilter({ limit, afterCursor, includeCursor });
}

/** *Simplify* for rows of a list: the few fields, and the cursor where there is one. */
export function keepCursor<Full extends object, Simple extends object>(simplify: (full: Full) => Simple) {
	return (full: Listed<Full>): Simple => {
		const { cursor } = full;
		return cursor === undefined ? simplify(full) : { ...simplify(full), cursor };
	};
}

/** Lists rows for every item. Items that ask for the same, as many items usually do, share one query. */
export async function listEach<Filter extends object, Result extends Row>(
	wanted: Filter[],
	list: (filter: Filter) => PromiseLike<Result[]>,
): Promise<ItemResult<Result[]>[]> {
	const listings = new Map<string, PromiseLike<Result[]>>();
	const results = wanted.map((filter) => {
		const key = JSON.stringify(filter);
		const listing = listings.get(key) ?? list(filter);
		listings.set(key, listing);
		return listing;
	});
	return (await Promise.all(results)).map((row) => ({ row }));
}
