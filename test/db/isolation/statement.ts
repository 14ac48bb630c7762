import type { Secret } from './secret';
import type { TenantTable } from './tables';
import type { Tape } from './tape';
import { isPlain, type Vocabulary } from './vocabulary';

/** A statement about a value, which another organization may or may not have. */
export interface Statement {
	/** The SQL for a value, as SQL writes it. */
	about: (x: string) => string;
	/** It may be kept: all that it could change are rows that have the value. */
	canKeep: boolean;
	/** A plain insert, which a tenant may also run, and keep, about values of its own. */
	isInsert?: boolean;
	/** It names an organization that lma_app may choose, and a tenant login may not. */
	isChoice?: boolean;
	/** What it gives depends on the clock, or on a counter; numbers in it are not compared. */
	isVolatile: boolean;
}

/** The SQL of a random read, held by anything that can hold a query. */
export function reading(tape: Tape, words: Vocabulary, kind: Secret['kind']): Statement['about'] {
	const query = tape.pick(QUERIES)(tape, words, kind);
	const hold = tape.pick(HOLDERS);
	return (x) => hold(query(x));
}

type QueryForm = (tape: Tape, words: Vocabulary, kind: Secret['kind']) => (x: string) => string;

const QUERIES: QueryForm[] = [
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		return (x) => `select ${names(t)} from ${t.name} t where ${where(x)}`;
	},
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		const c = tape.pick(readableColumns(t));
		const of = tape.pick([
			'count(*)',
			`min(t.${c}::text)`,
			`max(t.${c}::text)`,
			`string_agg(t.${c}::text, ',' order by t.${c}::text)`,
		]);
		return (x) => `select ${of} from ${t.name} t where ${where(x)}`;
	},
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		const c = tape.pick(readableColumns(t));
		return (x) => `select t.${c}::text, count(*) filter (where ${where(x)}) over () from ${t.name} t`;
	},
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		const u = tape.pick(words.readable);
		const join = tape.pick(['join', 'left join', 'right join', 'full join']);
		const on = `t.${tape.pick(readableColumns(t))}::text = u.${tape.pick(readableColumns(u))}::text`;
		const c = tape.pick(readableColumns(u));
		return (x) =>
			`select count(*), max(u.${c}::text) from ${t.name} t ${join} ${u.name} u on ${on} where ${where(x)}`;
	},
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		return (x) => `select exists (select from ${t.name} t where ${where(x)}), ${x}`;
	},
	(tape, words, kind) => {
		const t = tape.pick(words.readable);
		const c = tape.pick(plainColumns(t, kind));
		const join = tape.pick(['left join', 'join']);
		return (x) => `select v from (values (${x})) s(v) ${join} ${t.name} t on t.${c} = s.v`;
	},
	(tape, words, kind) => {
		const t = tape.pick(words.readable);
		const c = tape.pick(plainColumns(t, kind));
		const set = tape.pick(['union', 'intersect', 'except']);
		return (x) => `select ${x} ${set} select ${c} from ${t.name} order by 1`;
	},
	(tape, words, kind) => {
		const [t, where] = chosen(tape, words, kind);
		return (x) =>
			`with seen as materialized (select * from (select ${names(t)} from ${t.name} t) t) select count(*) from seen t where ${where(x)}`;
	},
	(tape, words, kind) => {
		// Errors that would tell of a row that they should never have been asked about.
		const t = tape.pick(words.readable);
		const c = tape.pick(plainColumns(t, kind));
		const leak = tape.pick([
			kind === 'number'
				? (x: string) => `1 / (t.${c}::bigint - ${x}) = 7`
				: (x: string) => `1 / nullif(strpos(t.${c}, ${x}), 0) / 0 = 1`,
			(x: string) => `case when t.${c}::text = ${x}::text then (t.${c} || 'x')::integer = 1 end`,
			(x: string) => `pg_temp.spy(t.${c}::text) and t.${c}::text = ${x}::text`,
			// Never without a column: what reads none is called for every row of the table, before row security, so that the
			// number of calls tells the number of rows of all organizations, as `explain analyze` does.
			(x: string) => `t.${c}::text = ${x}::text and pg_temp.spy('found ' || t.${c})`,
		]);
		return (x) => `select count(*) from ${t.name} t where ${leak(x)}`;
	},
	(tape, words, kind) => {
		const t = tape.pick(words.writable.filter(({ columns }) => columns.some(({ canUpdate }) => canUpdate)));
		const c = tape.pick(plainColumns(t, kind));
		const lock = tape.pick([
			'for update',
			'for share nowait',
			'for no key update skip locked',
			'for key share',
		]);
		return (x) => `select ${c} from ${t.name} t where t.${c} = ${x} ${lock}`;
	},
];

/** What can hold a query. */
const HOLDERS: ((query: string) => string)[] = [
	(query) => query,
	(query) => query,
	(query) =>
		query.includes(' for ')
			? query
			: `declare c cursor for ${query}; fetch 3 from c; move 1 in c; fetch all from c`,
	(query) => `prepare p as ${query}; execute p; execute p; deallocate p`,
	(query) =>
		query.includes(' for ')
			? query
			: `create temp view v_held as select * from (${query}) q; select count(*) from v_held`,
	(query) =>
		`create temp table held on commit drop as ${query.replace(/ for [a-z ]+$/, '')}; select count(*) from held`,
	(query) => `copy (${query.replace(/ for [a-z ]+$/, '')}) to stdout`,
	(query) =>
		`do $held$ declare r record; begin for r in ${query} loop raise notice '%', r; end loop; end $held$`,
	(query) => `set local enable_seqscan = off; ${query}`,
	(query) => `set local enable_indexscan = off; set local enable_bitmapscan = off; ${query}`,
];

function chosen(tape: Tape, words: Vocabulary, kind: Secret['kind']): [TenantTable, (x: string) => string] {
	const t = tape.pick(words.readable);
	return [t, condition(tape, t, kind)];
}

/** A condition on a table `t` about a value. */
export function condition(tape: Tape, t: TenantTable, kind: Secret['kind']): (x: string) => string {
	const c = `t.${tape.pick(plainColumns(t, kind))}`;
	return tape.pick<(x: string) => string>([
		(x) => `${c} = ${x}`,
		(x) => `${c} in (${x}, ${x})`,
		(x) => `${c} between ${x} and ${x}`,
		(x) => `${c} >= ${x}`,
		(x) => `${c} < ${x}`,
		(x) => `${c} <> ${x}`,
		(x) => `${c}::text = ${x}::text or ${c} is null`,
		(x) => `strpos(${c}::text, ${x}::text) > 0`,
		(x) => `${c}::text ilike '%' || ${x} || '%'`,
		(x) => `row_to_json(${c.replace(/\..*/, '')})::text like '%' || ${x} || '%'`,
	]);
}

export function plainColumns(t: TenantTable, kind: Secret['kind']): string[] {
	const readable = t.columns.filter(({ canSelect }) => canSelect);
	const plain = readable.filter(isPlain);
	const fitting = plain.filter(({ category }) => (category === 'N') === (kind === 'number'));
	if (fitting.length > 0) return fitting.map(({ name }) => name);
	return [kind === 'number' ? t.organizationColumn : `${t.organizationColumn}::text`];
}

function readableColumns(t: TenantTable): string[] {
	return t.columns.filter(({ canSelect }) => canSelect).map(({ name }) => name);
}

function names(t: TenantTable): string {
	return readableColumns(t)
		.map((name) => `t.${name}`)
		.join(', ');
}
