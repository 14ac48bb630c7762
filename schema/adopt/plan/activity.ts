import { findColumn, findTable, type Table } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import type { Finding } from './finding';
import { OWNER } from './ownership';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, online, type Step } from './step';

const NAME = 'public.activity_logs';
const CHECK = 'activity_logs_lma_range';
const KEY = 'activity_logs_lma_key';
/** Nobody writes past the end of the month before the table has become a partition that ends there. */
const HOURS_LEFT = 6;

/**
 * A table of activity that is not partitioned becomes the partition for everything up to the end of this month, under
 * the month's name, and a partitioned one takes its place and rights. Its rows are not touched: a check, validated while
 * others write, proves that they belong there, and views on it are made again so that they read the new one.
 */
export async function planActivity(context: Context): Promise<Part> {
	const wanted = findTable(context.reference, NAME);
	const found = findTable(context.live, NAME);
	if (wanted?.kind !== 'p' || found?.kind !== 'r') return { steps: [], findings: [] };
	const time = findColumn(found, 'created_at');
	if (!time || found.primaryKey.length === 0)
		return { steps: [], findings: [cannot('It has no created_at, or no primary key', 'Add it.')] };
	const { rows } = await context.client.query<Month>(
		`select to_char(now() at time zone 'UTC', 'YYYY_MM') as name,
			to_char(date_trunc('month', now() at time zone 'UTC') + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00' as bound,
			extract(epoch from date_trunc('month', now() at time zone 'UTC') + interval '1 month' - (now() at time zone 'UTC')) / 3600
				as "hoursLeft"`,
	);
	const [month] = rows;
	if (!month) return { steps: [], findings: [] };
	return {
		steps: attachSteps(context, wanted, found, { ...month, bound: `'${month.bound}'::${time.type}` }),
		findings: await obstacles(context, found, { ...month, bound: `'${month.bound}'::${time.type}` }),
	};
}

interface Month {
	name: string;
	bound: string;
	hoursLeft: number;
}

function attachSteps(context: Context, wanted: Table, found: Table, month: Month): Step[] {
	const part = `${NAME}_${month.name}`;
	const rows = Math.round(found.rows);
	const hasKey = context.live.indexes.some(({ name, isValid }) => name === `public.${KEY}` && isValid);
	return [
		...(hasKey
			? []
			: [
					online(`Create index ${KEY}`, NAME, rows, [
						`drop index concurrently if exists public.${KEY}`,
						`create unique index concurrently ${KEY} on ${NAME} (${keyColumns(context)})`,
					]),
				]),
		brief(`Refuse rows of ${NAME} dated after this month`, NAME, [
			`alter table ${NAME} drop constraint if exists ${CHECK}`,
			`alter table ${NAME} add constraint ${CHECK} check (created_at is not null and created_at < ${month.bound}) not valid`,
		]),
		online(`Validate ${CHECK} of ${NAME}`, NAME, rows, [`alter table ${NAME} validate constraint ${CHECK}`]),
		brief(
			`Make ${NAME} the partition ${bareName(part)} of a new ${NAME}`,
			NAME,
			swap(context, wanted, found, part, month),
			{
				asLogin: true,
			},
		),
	];
}

function keyColumns({ reference }: Context): string {
	const key = reference.constraints.find(({ table, type }) => table === NAME && type === 'p');
	return (key?.columns ?? ['id', 'created_at']).map(quoteName).join(', ');
}

function swap(context: Context, wanted: Table, found: Table, part: string, { bound }: Month): string[] {
	const { reference, live } = context;
	const loose = looseEnums(reference, live);
	const indexes = reference.indexes.filter((index) => index.table === NAME && !index.isPart);
	const triggers = live.triggers.filter(({ table }) => table === NAME);
	const key =
		live.constraints.find(({ table, type }) => table === NAME && type === 'p')?.name ?? 'activity_logs_pkey';
	const identities = found.columns.filter(({ identity }) => identity !== '');
	const views = live.views.filter(({ reads, isMaterialized }) => reads.includes(NAME) && !isMaterialized);
	const standard = reference.tables.filter(
		(t) => t.parent === NAME && t.bound === 'DEFAULT' && !findTable(live, t.name),
	);
	return [
		`set local role ${OWNER}`,
		`lock table ${NAME} in access exclusive mode`,
		...triggers.map(({ name }) => `drop trigger ${quoteName(name)} on ${NAME}`),
		`alter table ${NAME} rename to ${quoteName(bareName(part))}`,
		`alter table ${part} drop constraint ${quoteName(key)}`,
		`alter table ${part} add constraint ${quoteName(`${bareName(part)}_pkey`)} primary key using index ${KEY}`,
		...indexes
			.filter(({ constraint }) => !constraint)
			.map(
				({ name }) =>
					`alter index if exists ${name} rename to ${quoteName(`${bareName(part)}_${bareName(name)}`.slice(0, 63))}`,
			),
		`create table ${NAME} (like ${part} including defaults including comments) partition by ${wanted.partitionKey}`,
		...identities.flatMap(({ name, sequence }) => moveIdentity(part, name, sequence ?? '')),
		...found.columns
			.filter(({ identity, sequence }) => identity === '' && sequence)
			.map(({ name, sequence }) => `alter sequence ${sequence} owned by ${NAME}.${quoteName(name)}`),
		`alter table ${NAME} add primary key (${keyColumns(context)})`,
		...indexes
			.filter(({ constraint }) => !constraint)
			.map(({ definition }) => withoutLooseCasts(definition, loose).replace(' ON ONLY ', ' ON ')),
		...triggers.map(({ definition }) => definition),
		...rights(context),
		`alter table ${NAME} attach partition ${part} for values from (minvalue) to (${bound})`,
		`alter table ${part} drop constraint ${CHECK}`,
		...standard.map(({ name }) => `create table ${name} partition of ${NAME} default`),
		'set local role none',
		...views.map(
			({ name, definition, options }) =>
				`create or replace view ${name}${options.length > 0 ? ` with (${options.join(', ')})` : ''} as ${definition.replace(/;\s*$/, '')}`,
		),
	];
}

/** A partition may have no identity of its own; the new table goes on counting where this one was. */
function moveIdentity(part: string, column: string, sequence: string): string[] {
	const name = quoteName(column);
	return [
		`do $do$ declare next bigint := nextval('${sequence}'); begin
			alter table ${part} alter column ${name} drop identity;
			execute format('alter table ${NAME} alter column ${name} add generated by default as identity (start %s)', next);
		end $do$`,
	];
}

/** The new table is open to whom the old one was. */
function rights({ live }: Context): string[] {
	return live.grants
		.filter(({ object, grantee }) => object === NAME && grantee !== OWNER)
		.map(
			({ privilege, column, grantee, isGrantable }) =>
				`grant ${privilege}${column ? ` (${quoteName(column)})` : ''} on ${NAME} to ${grantee === 'public' ? grantee : quoteName(grantee)}${isGrantable ? ' with grant option' : ''}`,
		);
}

async function obstacles({ client, live }: Context, found: Table, month: Month): Promise<Finding[]> {
	const findings: Finding[] = [];
	const { rows } = await client.query<{ late: number; empty: number }>(
		`select count(*) filter (where created_at >= ${month.bound})::float8 as late,
			count(*) filter (where created_at is null)::float8 as empty
		from ${NAME}`,
	);
	const { late = 0, empty = 0 } = rows[0] ?? {};
	if (late > 0)
		findings.push(cannot(`${late} rows are dated after this month`, 'Correct their created_at.', late));
	if (empty > 0) findings.push(cannot(`${empty} rows have no created_at`, 'Give them a value.', empty));
	const pointing = live.constraints.filter(
		({ foreignTable, table }) => foreignTable === NAME && table !== NAME,
	);
	for (const { name, table } of pointing)
		findings.push(
			cannot(`${table} references it by ${name}`, `alter table ${table} drop constraint ${quoteName(name)}.`),
		);
	for (const { name } of live.views.filter((view) => view.isMaterialized && view.reads.includes(NAME)))
		findings.push(
			cannot(
				`Materialized view ${name} reads it, and would continue to read only the rows from before`,
				`drop materialized view ${name}, and create it again afterwards.`,
			),
		);
	const published = await client.query<{ name: string }>(
		'select quote_ident(p.pubname) as name from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = to_regclass($1)',
		[NAME],
	);
	for (const { name } of published.rows) findings.push(leavesPublication(name, month));
	if (month.hoursLeft < HOURS_LEFT)
		findings.push(cannot('The month ends in a few hours (UTC)', 'Start when the next one has begun.'));
	findings.push({
		rule: 'activity_becomes_partition',
		severity: 'note',
		object: NAME,
		count: Math.round(found.rows),
		ids: [],
		consequence: `It becomes partition activity_logs_${month.name} of a partitioned activity_logs, which takes its name, rights and views.`,
		remedy: 'None needed.',
	});
	return findings;
}

function leavesPublication(publication: string, { name }: Month): Finding {
	return {
		rule: 'publication_left',
		severity: 'note',
		object: NAME,
		count: null,
		ids: [],
		consequence: `Publication ${publication} continues with only the rows of activity_logs_${name}.`,
		remedy: `Afterwards: alter publication ${publication} add table ${NAME}.`,
	};
}

function cannot(reason: string, remedy: string, count: number | null = null): Finding {
	return {
		rule: 'activity_cannot_be_partitioned',
		severity: 'blocks',
		object: NAME,
		count,
		ids: [],
		consequence: `${reason}, so it cannot become one of the monthly partitions of events.`,
		remedy,
	};
}
