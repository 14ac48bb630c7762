import type { Secret } from './secret';
import { condition, plainColumns, type Statement } from './statement';
import type { Column, TenantTable } from './tables';
import type { Tape } from './tape';
import { isPlain, type Vocabulary } from './vocabulary';

type Kind = Secret['kind'];

/** A random write: inserts of all kinds, upserts, updates, deletes, merges. */
export function write(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	return tape.pick([insert, insert, upsert, update, update, remove, merge, nested])(tape, words, kind);
}

function insert(tape: Tape, words: Vocabulary, kind: Kind, ending = ''): Statement {
	const t = tape.pick(words.writable);
	const columns = t.columns.filter((column) => column.canInsert && (column.isNeeded || tape.chance(4)));
	// Now and then a column that may not be written: an id that is taken.
	const others = t.columns.filter((column) => !columns.includes(column));
	if (others.length > 0 && tape.chance(4)) columns.push(tape.pick(others));
	const values = columns.map((column) => valueFor(tape, words, t, column, kind));
	const names = columns.map(({ name }) => name);
	return {
		about: (x) =>
			`insert into ${t.name} (${names.join()}) values (${values.map((value) => value(x)).join()}) ${ending || returning(t, names)}`,
		canKeep: false,
		isInsert: ending === '',
		isVolatile: false,
	};
}

function upsert(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	const t = tape.pick(words.writable);
	const key = tape.pick(words.keys.get(t.name) ?? [['id']]);
	const changed = changeable(tape, t);
	const action = tape.pick([
		'on conflict do nothing',
		`on conflict (${key.join()}) do nothing`,
		`on conflict (${key.join()}) do update set ${changed} = excluded.${changed}`,
	]);
	return insert(tape, { ...words, writable: [t] }, kind, action);
}

function update(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	const t = tape.pick(words.writable.filter(({ columns }) => columns.some(({ canUpdate }) => canUpdate)));
	const column = tape.pick(t.columns.filter((c) => (c.canUpdate && isPlain(c)) || tape.chance(9)));
	// Kept: what may change are rows that have the value, and only to a value of one's own.
	const canKeep = isPlain(column) && tape.chance(2);
	const key = tape.pick(plainColumns(t, kind));
	const value = canKeep ? constant(ownValue(tape, words, t, column)) : valueFor(tape, words, t, column, kind);
	const where = canKeep ? (x: string) => `t.${key} = ${x}` : condition(tape, t, kind);
	return {
		about: (x) =>
			`update ${t.name} t set ${column.name} = ${value(x)} where ${where(x)} returning t.${t.organizationColumn}`,
		canKeep,
		isVolatile: false,
	};
}

function remove(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	const t = tape.pick(words.writable);
	const column = tape.pick(plainColumns(t, kind));
	return {
		about: (x) => `delete from ${t.name} t where t.${column} = ${x} returning t.${t.organizationColumn}`,
		canKeep: true,
		isVolatile: false,
	};
}

function merge(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	const t = tape.pick(words.writable);
	const column = tape.pick(plainColumns(t, kind));
	const changed = changeable(tape, t);
	const action = tape.pick(['delete', `update set ${changed} = 'merged'`]);
	return {
		about: (x) =>
			`merge into ${t.name} t using (values (${x})) s(v) on t.${column} = s.v when matched then ${action}`,
		canKeep: true,
		isVolatile: false,
	};
}

function nested(tape: Tape, words: Vocabulary, kind: Kind): Statement {
	const inner = tape.pick([insert, update, remove])(tape, words, kind);
	return {
		...inner,
		isInsert: false,
		about: (x) => `with written as (${inner.about(x)}) select count(*) from written`,
		canKeep: false,
	};
}

function changeable(tape: Tape, t: TenantTable): string {
	const texts = t.columns.filter(({ canUpdate, category }) => canUpdate && category === 'S');
	return texts.length > 0 ? tape.pick(texts).name : t.organizationColumn;
}

/** A value that fits a column: the one in question, one of the tenant's own, or something made up. */
function valueFor(
	tape: Tape,
	words: Vocabulary,
	t: TenantTable,
	column: Column,
	kind: Kind,
): (x: string) => string {
	const isNumber = column.category === 'N';
	if (column.name === 'organization_id' && !tape.chance(6)) return () => String(words.tenant.id);
	if (isPlain(column) && isNumber === (kind === 'number') && tape.chance(2)) return (x) => x;
	if (isPlain(column)) return constant(ownValue(tape, words, t, column));
	if (column.category === 'E') return constant(`enum_last(null::${column.type})`);
	if (column.category === 'J') return (x) => `to_jsonb(${x})`;
	return () => 'default';
}

function ownValue(tape: Tape, words: Vocabulary, t: TenantTable, { name, category }: Column): string {
	return tape.pick(words.own.get(`${t.name}.${name}`) ?? [category === 'N' ? '7' : `'made up'`]);
}

const constant = (value: string) => () => value;

/** What was inserted, but for ids and times: those differ every time. */
function returning(t: TenantTable, names: string[]): string {
	const told = t.columns.filter(
		({ name, category, canSelect }) => names.includes(name) && category !== 'D' && name !== 'id' && canSelect,
	);
	return told.length > 0 ? `returning ${told.map(({ name }) => name).join()}` : '';
}
