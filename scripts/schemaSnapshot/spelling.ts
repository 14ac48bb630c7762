import type { Catalogue, Table } from '../../schema/adopt/catalogue/catalogue';

/** A name in lower-case letters that stands in quotes after its schema: to some server it is a word of SQL. */
const NEEDLESS_QUOTES = /(?<=\.)"([a-z_][a-z0-9_]*)"/g;

/** The catalogue in words that are the same on every server that LMA runs on. */
export function spellAlike(catalogue: Catalogue): Catalogue {
	return {
		...catalogue,
		tables: catalogue.tables.map(withoutInheritedIdentity),
		routines: catalogue.routines.map((routine) => ({
			...routine,
			name: unquote(routine.name),
			definition: routine.definition.replace(/^.*/, unquote),
		})),
		grants: catalogue.grants.map((grant) =>
			grant.kind === 'routine' ? { ...grant, object: unquote(grant.object) } : grant,
		),
	};
}

/** From PostgreSQL 16 on `json_query` is a word of SQL, and a function of that name in quotes. */
function unquote(text: string): string {
	return text.replace(NEEDLESS_QUOTES, '$1');
}

/** From PostgreSQL 17 on a partition says that its table has an identity. */
function withoutInheritedIdentity(table: Table): Table {
	if (table.parent === null) return table;
	return { ...table, columns: table.columns.map((column) => ({ ...column, identity: '' })) };
}
