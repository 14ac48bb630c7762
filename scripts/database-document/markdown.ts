import { bytes } from '../../db/doctor/finding';
import type { Access, DocumentedFunction, DocumentedView } from './access';
import { ROLES } from './access';
import type { Catalogue, DocumentedIndex } from './catalogue';
import { bySubject } from './subjects';

/** A part of the document that is made from a database: its name, and its text. */
export type Parts = Record<'tables' | 'indexes' | 'functions' | 'roles', string>;

/** The generated parts. Sizes depend on the rows in the database, and are left out unless asked for. */
export function writeParts(
	catalogue: Catalogue,
	access: { rights: Access[]; views: DocumentedView[]; functions: DocumentedFunction[] },
	withSizes: boolean,
): Parts {
	return {
		tables: writeTables(catalogue, withSizes),
		indexes: writeIndexes(catalogue.indexes, withSizes),
		functions: writeFunctions(access.views, access.functions),
		roles: writeRoles(access.rights),
	};
}

function writeTables({ tables }: Catalogue, withSizes: boolean): string {
	const rows = bySubject(tables, ({ name }) => name).flatMap(([subject, members]) => [
		[`**${subject}**`],
		...members.map(({ name, comment, columns, isPartitioned, bytes: size }) => [
			code(name),
			comment,
			isPartitioned ? `${columns.length}, by month` : String(columns.length),
			...(withSizes ? [bytes(size)] : []),
		]),
	]);
	const remarks = tables.flatMap(({ name, columns }) =>
		columns
			.filter(({ comment }) => comment)
			.map((column) => [code(`${name}.${column.name}`), code(column.type), column.comment]),
	);
	return [
		table(['table', 'what it holds', 'columns', ...(withSizes ? ['size'] : [])], rows),
		'Columns that need a word:',
		table(['column', 'type', 'meaning'], remarks),
	].join('\n\n');
}

function writeIndexes(indexes: readonly DocumentedIndex[], withSizes: boolean): string {
	const own = indexes.filter(({ table: of }) => !of.includes('.')).length;
	const rows = bySubject(indexes, ({ table: of }) => of).flatMap(([subject, members]) => [
		[`**${subject}**`],
		...members.map((index) => [
			code(index.name),
			code(index.table),
			code(definitionOf(index)),
			index.comment.replace(/^Serves /, ''),
			...(withSizes ? [bytes(index.bytes)] : []),
		]),
	]);
	const headings = ['index', 'table', 'on', 'serves', ...(withSizes ? ['size'] : [])];
	const count = `${indexes.length} indexes: ${own} in \`public\`, ${indexes.length - own} in \`lma\`; a partition's count as its table's.`;
	return [count, table(headings, rows)].join('\n\n');
}

/** `unique (email)`, `(organization_id, score desc) where …`; the method only where it is no btree. */
function definitionOf({ definition, hasExpression, isUnique }: DocumentedIndex): string {
	const short = definition
		.replace(/^btree /, '')
		.replaceAll(/::[a-z_ ]+/g, '')
		.replaceAll(/ DESC| WHERE | IS NOT NULL| IS NULL| AND | NULLS NOT DISTINCT/g, (word) =>
			word.toLowerCase(),
		);
	const shown = hasExpression ? `${short.split(' ')[0] ?? ''} (an expression)` : short;
	return isUnique ? `unique ${shown}` : shown;
}

function writeFunctions(views: readonly DocumentedView[], functions: readonly DocumentedFunction[]): string {
	const callable = functions.filter(({ callers }) => callers.length > 0);
	const inner = functions.filter(({ callers, isTrigger }) => callers.length === 0 && !isTrigger);
	const triggers = functions.filter(({ isTrigger }) => isTrigger);
	const names = (some: readonly DocumentedFunction[]) =>
		some.map(({ name }) => code(name.replace(/\(.*/, '()'))).join(', ');
	return [
		table(
			['view', 'what it shows'],
			views.map(({ name, comment }) => [code(name), comment]),
		),
		table(
			['function', 'returns', 'runs as', 'may be called by', 'what it does'],
			callable.map(({ name, returns, runsAsOwner, callers, comment }) => [
				code(name),
				returns,
				runsAsOwner ? 'owner' : 'caller',
				callers.map(code).join(', '),
				comment,
			]),
		),
		`For the owner alone: ${names(inner)}.`,
		`Called by triggers: ${names(triggers)}.`,
	].join('\n\n');
}

function writeRoles(rights: readonly Access[]): string {
	const relations = [...new Set(rights.map(({ relation }) => relation))];
	return table(
		['table or view', ...ROLES.map(code)],
		relations.map((relation) => [
			code(relation),
			...ROLES.map((role) => {
				const found = rights.find((right) => right.relation === relation && right.role === role);
				if (!found) return '';
				const rows =
					found.rows === null ? '' : { own: 'own rows: ', all: 'all rows: ', none: 'no rows: ' }[found.rows];
				return `${rows}${found.privileges.join(', ').replaceAll('*', '\\*')}`;
			}),
		]),
	);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) =>
		`| ${headings.map((_, column) => (cells[column] ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
	return text === '' ? '' : `\`${text}\``;
}
