import { findTable, type Index, type Table } from '../catalogue/catalogue';
import { type Context, type Part, sharedTables } from './context';
import { canonicalIndex, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import type { Finding } from './finding';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, online, type Step } from './step';
import { countDuplicates } from './violations';

/** Ends the name of an index that is made beside the one it replaces. */
const BESIDE = '_lma_new';

/**
 * Indexes that are missing, made while others write; ones that are there under another name get ours; ones that have
 * our name and another definition are replaced. What an interrupted run left behind half made is dropped first.
 */
export async function planIndexes(context: Context): Promise<Part> {
	const { reference, live } = context;
	const steps: Step[] = live.indexes
		.filter((index) => !index.isValid && !index.isPart && isOurs(reference.indexes, index))
		.map((index) =>
			online(`Drop ${index.name}, which is incomplete`, index.table, 0, [
				`drop index concurrently if exists ${index.name}`,
			]),
		);
	const findings: Finding[] = keysOverOrganizations(context);
	for (const { wanted, found } of sharedTables(context)) {
		if (!(wanted.name in context.baseline) || wanted.parent) continue;
		const missing = reference.indexes.filter((index) => index.table === wanted.name && !index.isPart);
		const free = live.indexes.filter(
			(index) =>
				index.table === wanted.name && index.isValid && !missing.some(({ name }) => name === index.name),
		);
		for (const index of missing) {
			if (isPrimary(context, index) && found.kind !== wanted.kind) continue;
			const part = await planIndex(context, wanted, index, free, found.rows);
			steps.push(...part.steps);
			findings.push(...part.findings);
		}
	}
	return { steps, findings };
}

function isOurs(wanted: Index[], { name }: Index): boolean {
	return wanted.some((index) => index.name === name || `${index.name}${BESIDE}` === name);
}

function isPrimary({ reference }: Pick<Context, 'reference'>, index: Index): boolean {
	return reference.constraints.some(
		({ type, table, name }) => type === 'p' && table === index.table && name === index.constraint,
	);
}

async function planIndex(
	context: Context,
	table: Table,
	index: Index,
	free: Index[],
	rows: number,
): Promise<Part> {
	const { live } = context;
	const same = canonicalIndex(index.definition);
	const found = live.indexes.find(({ name, isValid }) => name === index.name && isValid);
	if (found && canonicalIndex(found.definition) === same) return { steps: [], findings: [] };
	const key = findTable(live, table.name)?.primaryKey ?? [];
	if (isPrimary(context, index) && key.length > 0 && key.join() !== index.columns.join())
		return otherPrimaryKey(context, table, index, rows);
	const elsewhere = free.findIndex((candidate) => canonicalIndex(candidate.definition) === same);
	if (!found && elsewhere >= 0) {
		const [other] = free.splice(elsewhere, 1);
		if (other) return { steps: [rename(other, index)], findings: [] };
	}
	const duplicates = index.isUnique ? await countDuplicates(context, table, index) : null;
	if (!duplicates?.count) return { steps: make(context, index, found, index.definition, rows), findings: [] };
	const plain = index.definition
		.replace('CREATE UNIQUE INDEX', 'CREATE INDEX')
		.replace(' NULLS NOT DISTINCT', '');
	const isThere = found && canonicalIndex(found.definition) === canonicalIndex(plain);
	return {
		steps: isThere ? [] : make(context, index, found, plain, rows),
		findings: [
			{
				rule: 'duplicate_values',
				severity: 'kept',
				object: `${table.name} (${index.columns.join(', ')})`,
				...duplicates,
				consequence: `${bareName(index.name)} cannot be unique: several rows share a value that only one row should have.`,
				remedy: 'Merge or change these rows, then run `lma adopt --apply` again.',
			},
		],
	};
}

function rename(from: Index, to: Index): Step {
	return brief(
		`Rename index ${from.name} to ${bareName(to.name)}`,
		to.table,
		[`alter index ${from.name} rename to ${quoteName(bareName(to.name))}`],
		{ lock: 'SHARE UPDATE EXCLUSIVE' },
	);
}

function make(
	context: Context,
	index: Index,
	found: Index | undefined,
	definition: string,
	rows: number,
): Step[] {
	const estimate = Math.round(rows);
	const name = quoteName(bareName(index.name));
	const text = withoutLooseCasts(definition, looseEnums(context.reference, context.live)).replace(
		' ON ONLY ',
		' ON ',
	);
	const isPartitioned = findTable(context.live, index.table)?.kind === 'p';
	if (isPartitioned) return [brief(`Create index ${name}`, index.table, [text])];
	const concurrently = (target: string) =>
		text.replace(/INDEX (?:"(?:[^"]|"")+"|\S+) ON /, () => `INDEX CONCURRENTLY ${target} ON `);
	if (!found) {
		return [online(`Create index ${name}`, index.table, estimate, [concurrently(name)])];
	}
	const beside = quoteName(`${bareName(index.name)}${BESIDE}`);
	const schema = index.table.slice(0, index.table.indexOf('.'));
	const swap = [
		...giveWay(index, found),
		`alter index ${schema}.${beside} rename to ${name}`,
		...(found.constraint && text.startsWith('CREATE UNIQUE')
			? [`alter table ${index.table} add constraint ${name} unique using index ${name}`]
			: []),
	];
	return [
		online(`Create index ${name} beside the existing one`, index.table, estimate, [
			`drop index concurrently if exists ${schema}.${beside}`,
			concurrently(beside),
		]),
		brief(`Replace the existing index ${name} with it`, index.table, swap),
	];
}

/** A key of other columns stays under another name: the other program may upsert by it, or refer to it. */
function giveWay(index: Index, { name, table, isUnique, constraint, columns }: Index): string[] {
	const aside = quoteName(`${bareName(name)}_before_lma`.slice(0, 63));
	if (isUnique && columns.join() !== index.columns.join())
		return constraint
			? [`alter table ${table} rename constraint ${quoteName(constraint)} to ${aside}`]
			: [`alter index ${name} rename to ${aside}`];
	return constraint
		? [`alter table ${table} drop constraint ${quoteName(constraint)}`]
		: [`drop index ${name}`];
}

/** Keys of the other program by which organizations get in each other's way. */
function keysOverOrganizations({ reference, live, baseline }: Context): Finding[] {
	return live.indexes
		.filter(({ table, isUnique, isPart, columns, definition }) => {
			const wanted = findTable(reference, table);
			const isOurs = () =>
				reference.indexes.some(
					(index) => index.table === table && canonicalIndex(index.definition) === canonicalIndex(definition),
				);
			return (
				wanted?.rowSecurity &&
				table in baseline &&
				isUnique &&
				!isPart &&
				!['id', 'organization_id'].some((name) => columns.includes(name)) &&
				!isOurs()
			);
		})
		.map(({ table, columns }) => ({
			rule: 'unique_over_organizations',
			severity: 'kept',
			object: `${table} (${columns.join(', ')})`,
			count: null,
			ids: [],
			consequence:
				'It stays unique across all organizations, because the other program may upsert by it: an organization cannot use a value that another one has, and learns from the error that it exists.',
			remedy: 'Drop it once the other program no longer needs it.',
		}));
}

function otherPrimaryKey(context: Context, table: Table, index: Index, rows: number): Part {
	const name = `${bareName(table.name)}_${index.columns.join('_')}_key`;
	const isThere = context.live.indexes.some((other) => bareName(other.name) === name);
	const definition = `CREATE UNIQUE INDEX ${quoteName(name)} ON ${table.name} USING btree (${index.columns.map(quoteName).join(', ')})`;
	return {
		steps: isThere ? [] : make(context, { ...index, name: `public.${name}` }, undefined, definition, rows),
		findings: [
			{
				rule: 'primary_key_kept',
				severity: 'kept',
				object: table.name,
				count: null,
				ids: [],
				consequence: `Its primary key stays; ${index.columns.join(', ')} gets a unique index beside it.`,
				remedy: 'None needed.',
			},
		],
	};
}
