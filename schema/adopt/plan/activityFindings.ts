import type { Table } from '../catalogue/catalogue';
import { quoteName } from '../catalogue/quote';
import type { Context } from './context';
import type { Finding } from './finding';

export const ACTIVITY = 'public.activity_logs';

/**
 * Hours that the month has to last when a table of so many rows becomes a partition that ends with it: nobody may write
 * past its end before. A lock may be waited for ten minutes, and slow disks index and check 20 million rows an hour.
 * @internal tests need no large table
 */
export function hoursNeeded(rows: number): number {
	return 0.25 + rows / 20_000_000;
}

/** The month up to whose end a table of activity becomes a partition. */
export interface Month {
	/** Such as 2026_03. */
	name: string;
	/** Where it ends, as an expression in SQL. */
	bound: string;
	hoursLeft: number;
}

/** What keeps a table of activity from becoming a partition, and what its owner has to know of it. */
export async function activityFindings(
	{ client, live }: Context,
	found: Table,
	month: Month,
): Promise<Finding[]> {
	const findings: Finding[] = [];
	const { rows } = await client.query<{ late: number; empty: number }>(
		`select count(*) filter (where created_at >= ${month.bound})::float8 as late,
			count(*) filter (where created_at is null)::float8 as empty
		from ${ACTIVITY}`,
	);
	const { late = 0, empty = 0 } = rows[0] ?? {};
	if (late > 0)
		findings.push(cannot(`${late} rows are dated after this month`, 'Correct their created_at.', late));
	if (empty > 0) findings.push(cannot(`${empty} rows have no created_at`, 'Give them a value.', empty));
	const pointing = live.constraints.filter(
		({ foreignTable, table }) => foreignTable === ACTIVITY && table !== ACTIVITY,
	);
	for (const { name, table } of pointing)
		findings.push(
			cannot(`${table} references it by ${name}`, `alter table ${table} drop constraint ${quoteName(name)}.`),
		);
	for (const { name } of live.views.filter((view) => view.isMaterialized && view.reads.includes(ACTIVITY)))
		findings.push(
			cannot(
				`Materialized view ${name} reads it, and would continue to read only the rows from before`,
				`drop materialized view ${name}, and create it again afterwards.`,
			),
		);
	const published = await client.query<{ name: string }>(
		'select quote_ident(p.pubname) as name from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = to_regclass($1)',
		[ACTIVITY],
	);
	for (const { name } of published.rows) findings.push(leavesPublication(name, month));
	if (month.hoursLeft < hoursNeeded(found.rows))
		findings.push(
			cannot(
				`The month ends in ${inMinutes(month.hoursLeft)} (UTC), and the change may need ${inMinutes(hoursNeeded(found.rows))}`,
				'Start when the next month has begun.',
			),
		);
	findings.push({
		rule: 'activity_becomes_partition',
		severity: 'note',
		object: ACTIVITY,
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
		object: ACTIVITY,
		count: null,
		ids: [],
		consequence: `Publication ${publication} continues with only the rows of activity_logs_${name}.`,
		remedy: `Afterwards: alter publication ${publication} add table ${ACTIVITY}.`,
	};
}

export function cannot(reason: string, remedy: string, count: number | null = null): Finding {
	return {
		rule: 'activity_cannot_be_partitioned',
		severity: 'blocks',
		object: ACTIVITY,
		count,
		ids: [],
		consequence: `${reason}, so it cannot become one of the monthly partitions of events.`,
		remedy,
	};
}

function inMinutes(hours: number): string {
	return `${Math.ceil(hours * 60)} minutes`;
}
