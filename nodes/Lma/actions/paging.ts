import type { INodeProperties } from 'n8n-workflow';
import type { ItemResult } from '../../../db/itemResult';
import type { Row } from './operation';
import type { ItemParameters } from './parameters';

/** Rows that one statement fetches when a user wants all of them. */
const PAGE_ROWS = 10_000;

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

/** What an item wants listed: the rows a filter names, or all pages of it. */
export interface Paged<Filter> {
	filter: Filter;
	returnAll: boolean;
}

/** Reads `returnAll` and `limit`; `readFilter` reads the rest and gets the limit for its schema to check. */
export function readPaged<Filter>(
	parameters: ItemParameters,
	readFilter: (limit: unknown) => Filter,
): Paged<Filter> {
	const returnAll = parameters.field('returnAll') === true;
	return { filter: readFilter(returnAll ? PAGE_ROWS : parameters.field('limit')), returnAll };
}

/**
 * Lists rows for every item. Items that ask for the same, as many items usually do, share one query.
 *
 * @param list fetches one page; it gets the filter with the rows to skip
 */
export async function listEach<Filter extends object>(
	wanted: Paged<Filter>[],
	list: (filter: Filter & { offset: number }) => PromiseLike<Row[]>,
): Promise<ItemResult<Row[]>[]> {
	const listings = new Map<string, Promise<Row[]>>();
	const results = wanted.map((paged) => {
		const key = JSON.stringify(paged);
		const listing = listings.get(key) ?? listPages(paged, list);
		listings.set(key, listing);
		return listing;
	});
	return (await Promise.all(results)).map((row) => ({ row }));
}

async function listPages<Filter extends object>(
	{ filter, returnAll }: Paged<Filter>,
	list: (filter: Filter & { offset: number }) => PromiseLike<Row[]>,
): Promise<Row[]> {
	const rows: Row[] = [];
	for (;;) {
		const page = await list({ ...filter, offset: rows.length });
		for (const row of page) rows.push(row);
		if (!returnAll || page.length < PAGE_ROWS) return rows;
	}
}
