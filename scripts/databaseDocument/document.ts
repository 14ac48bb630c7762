import type { Sql } from '../../db/connection/client';
import { readAccess, readFunctions, readViews } from './access';
import { inOrder, readCatalogue } from './catalogue';
import { type Parts, writeParts } from './markdown';
import { drawEntities } from './picture';
import { readSizes } from './sizes';

/** What is made from a database: the parts of docs/database.md, and the picture beside it. */
export interface DatabaseDocument {
	parts: Parts;
	picture: string;
}

/** Documents a migrated database; the connected login must be a superuser or in lma_owner. Changes nothing. */
export async function documentDatabase(sql: Sql): Promise<DatabaseDocument> {
	const catalogue = await readCatalogue(sql);
	const access = {
		rights: inOrder(await readAccess(sql), ({ relation, role }) => `${relation} ${role}`),
		views: inOrder(await readViews(sql), ({ name }) => name),
		functions: inOrder(await readFunctions(sql), ({ name }) => name),
	};
	return { parts: writeParts(catalogue, access, readSizes()), picture: await drawEntities(catalogue) };
}

/**
 * Puts the parts between their markers, `<!-- generated: tables -->` and `<!-- end of tables -->`.
 * @throws Error when a marker is missing.
 */
export function insertParts(text: string, parts: Record<string, string>): string {
	return Object.entries(parts).reduce((written, [name, part]) => {
		const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
		const from = written.indexOf(begin);
		const to = written.indexOf(end);
		if (from < 0 || to < from)
			throw new Error(`The document has no "${begin}" … "${end}". Put the two back.`);
		// The formatter would pad every cell to the longest of its column.
		const kept = `<!-- prettier-ignore-start -->\n\n${part}\n\n<!-- prettier-ignore-end -->`;
		return `${written.slice(0, from + begin.length)}\n\n${kept}\n\n${written.slice(to)}`;
	}, text);
}
