import { findColumn, findTable, type Table } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { ACTIVITY, activityFindings, cannot, type Month } from './activityFindings';
import { OWNER } from './ownership';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, online, type Step } from './step';

const CHECK = 'activity_logs_lma_range';
const KEY = 'activity_logs_lma_key';

/**
 * A table of activity that is not partitioned becomes the partition for everything up to the end of this month, under
 * the month's name, and a partitioned one takes its place and rights. Its rows are not touched: a check, validated while
 * others write, proves that they belong there, and views on it are made again so that they read the new one.
 */
export async function planActivity(context: Context): Promise<Part> {
	const wanted = findTable(context.reference, ACTIVITY);
	const found = findTable(context.live, ACTIVITY);
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
		findings: await activityFindings(context, found, { ...month, bound: `'${month.bound}'::${time.type}` }),
	};
}

function attachSteps(context: Context, wanted: Table, found: Table, month: Month): Step[] {
	const part = `${ACTIVITY}_${month.name}`;
	const rows = Math.round(found.rows);
	const hasKey = context.live.indexes.some(({ name, isValid }) => name === `public.${KEY}` && isValid);
	return [
		...(hasKey
			? []
			: [
					online(`Create index ${KEY}`, ACTIVITY, rows, [
						`drop index concurrently if exists public.${KEY}`,
						`create unique index concurrently ${KEY} on ${ACTIVITY} (${keyColumns(context)})`,
					]),
				]),
		brief(`Refuse rows of ${ACTIVITY} dated after this month`, ACTIVITY, [
			`alter table ${ACTIVITY} drop constraint if exists ${CHECK}`,
			`alter table ${ACTIVITY} add constraint ${CHECK} check (created_at is not null and created_at < ${month.bound}) not valid`,
		]),
		online(`Validate ${CHECK} of ${ACTIVITY}`, ACTIVITY, rows, [
			`alter table ${ACTIVITY} validate constraint ${CHECK}`,
		]),
		brief(
			`Make ${ACTIVITY} the partition ${bareName(part)} of a new ${ACTIVITY}`,
			ACTIVITY,
			swap(context, wanted, found, part, month),
			{
				asLogin: true,
			},
		),
	];
}

function keyColumns({ reference }: Context): string {
	const key = reference.constraints.find(({ table, type }) => table === ACTIVITY && type === 'p');
	return (key?.columns ?? ['id', 'created_at']).map(quoteName).join(', ');
}

function swap(context: Context, wanted: Table, found: Table, part: string, { bound }: Month): string[] {
	const { reference, live } = context;
	const loose = looseEnums(reference, live);
	const indexes = reference.indexes.filter((index) => index.table === ACTIVITY && !index.isPart);
	const triggers = live.triggers.filter(({ table }) => table === ACTIVITY);
	const key =
		live.constraints.find(({ table, type }) => table === ACTIVITY && type === 'p')?.name ??
		'activity_logs_pkey';
	const identities = found.columns.filter(({ identity }) => identity !== '');
	const views = live.views.filter(({ reads, isMaterialized }) => reads.includes(ACTIVITY) && !isMaterialized);
	const standard = reference.tables.filter(
		(t) => t.parent === ACTIVITY && t.bound === 'DEFAULT' && !findTable(live, t.name),
	);
	return [
		`set local role ${OWNER}`,
		`lock table ${ACTIVITY} in access exclusive mode`,
		...triggers.map(({ name }) => `drop trigger ${quoteName(name)} on ${ACTIVITY}`),
		`alter table ${ACTIVITY} rename to ${quoteName(bareName(part))}`,
		`alter table ${part} drop constraint ${quoteName(key)}`,
		`alter table ${part} add constraint ${quoteName(`${bareName(part)}_pkey`)} primary key using index ${KEY}`,
		...indexes
			.filter(({ constraint }) => !constraint)
			.map(
				({ name }) =>
					`alter index if exists ${name} rename to ${quoteName(`${bareName(part)}_${bareName(name)}`.slice(0, 63))}`,
			),
		`create table ${ACTIVITY} (like ${part} including defaults including comments) partition by ${wanted.partitionKey}`,
		...identities.flatMap(({ name, sequence }) => moveIdentity(part, name, sequence ?? '')),
		...found.columns
			.filter(({ identity, sequence }) => identity === '' && sequence)
			.map(({ name, sequence }) => `alter sequence ${sequence} owned by ${ACTIVITY}.${quoteName(name)}`),
		`alter table ${ACTIVITY} add primary key (${keyColumns(context)})`,
		...indexes
			.filter(({ constraint }) => !constraint)
			.map(({ definition }) => withoutLooseCasts(definition, loose).replace(' ON ONLY ', ' ON ')),
		...triggers.map(({ definition }) => definition),
		...rights(context),
		`alter table ${ACTIVITY} attach partition ${part} for values from (minvalue) to (${bound})`,
		`alter table ${part} drop constraint ${CHECK}`,
		...standard.map(({ name }) => `create table ${name} partition of ${ACTIVITY} default`),
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
			execute format('alter table ${ACTIVITY} alter column ${name} add generated by default as identity (start %s)', next);
		end $do$`,
	];
}

/** The new table is open to whom the old one was. */
function rights({ live }: Context): string[] {
	return live.grants
		.filter(({ object, grantee }) => object === ACTIVITY && grantee !== OWNER)
		.map(
			({ privilege, column, grantee, isGrantable }) =>
				`grant ${privilege}${column ? ` (${quoteName(column)})` : ''} on ${ACTIVITY} to ${grantee === 'public' ? grantee : quoteName(grantee)}${isGrantable ? ' with grant option' : ''}`,
		);
}
