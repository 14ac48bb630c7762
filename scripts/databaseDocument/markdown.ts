import { bytes } from '../../schema/doctor/finding';
import { type Access, type DocumentedFunction, type DocumentedView, ROLES } from './access';
import type { Catalogue, DocumentedIndex } from './catalogue';
import type { Sizes } from './sizes';
import { bySubject } from './subjects';

/** A part of the document that is made from a database: its name, and its text. */
export type Parts = Record<'tables' | 'indexes' | 'functions' | 'roles', string>;

/** The generated parts, with the sizes that were measured once. */
export function writeParts(
	catalogue: Catalogue,
	access: { rights: Access[]; views: DocumentedView[]; functions: DocumentedFunction[] },
	sizes: Sizes,
): Parts {
	return {
		tables: writeTables(catalogue, sizes),
		indexes: writeIndexes(catalogue.indexes, sizes),
		functions: writeFunctions(access.views, access.functions),
		roles: writeRoles(access.rights),
	};
}

function writeTables({ tables }: Catalogue, sizes: Sizes): string {
	const rows = bySubject(tables, ({ name }) => name).flatMap(([subject, members]) => [
		[`**${subject}**`],
		...members.map(({ name, comment, columns, isPartitioned }) => [
			code(name),
			comment,
			isPartitioned ? `${columns.length}, by month` : String(columns.length),
			sizeOf(sizes, name),
		]),
	]);
	const remarks = tables.flatMap(({ name, columns }) =>
		columns
			.filter(({ comment }) => comment)
			.map((column) => [code(`${name}.${column.name}`), code(column.type), column.comment]),
	);
	return [
		table(['table', 'what it holds', 'columns', 'size'], rows),
		'Columns that need a word:',
		table(['column', 'type', 'meaning'], remarks),
	].join('\n\n');
}

function writeIndexes(indexes: readonly DocumentedIndex[], sizes: Sizes): string {
	const own = indexes.filter(({ table: of }) => !of.includes('.')).length;
	const rows = bySubject(indexes, ({ table: of }) => of).flatMap(([subject, members]) => [
		[`**${subject}**`],
		...members.map((index) => [
			code(index.name),
			code(index.table),
			code(definitionOf(index)),
			index.comment.replace(/^Serves /, ''),
			sizeOf(sizes, index.name),
		]),
	]);
	const headings = ['index', 'table', 'on', 'serves', 'size'];
	const count = `${indexes.length} indexes: ${own} in \`public\`, ${indexes.length - own} in \`lma\`; a partition's count as its table's.`;
	return [`${count} Sizes are those at ${sizes.at}.`, table(headings, rows)].join('\n\n');
}

function sizeOf(sizes: Sizes, name: string): string {
	const measured = sizes.bytes[name];
	return measured === undefined ? '' : bytes(measured);
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
