import type { Catalogue } from './catalogue';

const CAST =
	/::(?:character varying|timestamp with(?:out)? time zone|double precision|[\w."]+)(?:\(\d+\))?(?:\[\])?/g;

/**
 * A definition without what PostgreSQL adds for the types of columns: casts, parentheses, spaces. The same index on a
 * varchar and on an enum reads alike.
 */
export function canonical(definition: string): string {
	return definition
		.replace(CAST, '')
		.replace(/[\s()]/g, '')
		.replace(/ONONLY/, 'ON')
		.replace(/ONLYpublic/, 'public');
}

/** An index's definition without its name, to be found under another one. */
export function canonicalIndex(definition: string): string {
	return canonical(definition.replace(/INDEX (?:"(?:[^"]|"")+"|\S+) ON (?:ONLY )?/, 'INDEX ON '));
}

/** Types that are enums here and something else in the live database's columns. */
export function looseEnums(reference: Catalogue, live: Catalogue): Set<string> {
	const enums = new Set(reference.enums.map(({ name }) => name));
	const loose = new Set<string>();
	for (const wanted of reference.tables) {
		const found = live.tables.find(({ name }) => name === wanted.name);
		for (const column of wanted.columns) {
			const there = found?.columns.find(({ name }) => name === column.name);
			if (there && enums.has(column.type) && there.type !== column.type) loose.add(column.type);
		}
	}
	return loose;
}

/** The same expression for columns that are text: `'NEW'::public.lead_status_enum` becomes `'NEW'`. */
export function withoutLooseCasts(definition: string, loose: ReadonlySet<string>): string {
	let text = definition;
	for (const type of loose) text = text.replaceAll(`::${type}[]`, '::text[]').replaceAll(`::${type}`, '');
	return text;
}
