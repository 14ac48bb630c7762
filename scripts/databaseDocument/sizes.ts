import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from '../../cli/machine/packageRoot';
import type { Sql } from '../../db/connection/client';
import { readCatalogue } from './catalogue';

/** Sizes of tables, with their indexes, and of indexes, as they were in a database full of data. */
export interface Sizes {
	/** What the database held. */
	at: string;
	/** By name of the table or index. */
	bytes: Record<string, number>;
}

/** Kept in a file: the document is made from an empty database, too. */
const FILE = 'docs/database-sizes.json';

/** The sizes measured last. */
export function readSizes(): Sizes {
	return JSON.parse(readFileSync(join(packageRoot(), FILE), 'utf8')) as Sizes;
}

/** Measures a database and keeps the result for the documents made from now on. */
export async function keepSizes(sql: Sql): Promise<void> {
	const { tables, indexes } = await readCatalogue(sql);
	const [rows] = await sql<{ leads: number; communications: number }[]>`
		select (select count(*) from leads) as leads, (select count(*) from communications) as communications`;
	const count = (number = 0) => number.toLocaleString('en');
	const sizes: Sizes = {
		at: `${count(rows?.leads)} leads and ${count(rows?.communications)} communications`,
		bytes: Object.fromEntries(
			[...tables, ...indexes]
				.map(({ name, bytes }) => [name, bytes] as const)
				.sort(([one], [other]) => (one < other ? -1 : 1)),
		),
	};
	writeFileSync(join(packageRoot(), FILE), `${JSON.stringify(sizes, null, '\t')}\n`);
}
