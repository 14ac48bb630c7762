import { type Catalogue, findColumn, findTable } from '../catalogue/catalogue';
import { type Context, type Part, type Planner, sharedTables } from './context';
import { quoteName, quoteText } from '../catalogue/quote';
import type { Reference } from '../catalogue/reference';
import { brief, type Step } from './step';
import { countEmpty } from './violations';

interface Contents {
	/** What of the reference it calls and reads; without all of it there is nothing to do yet. */
	needs: string[];
	title: string;
	/** Gives the keys of what is still to be done, one run each; a single row when there is one thing. */
	pending: string;
	run: (key: number) => string[];
}

/** Ours to write: what migrations do with the rows they find, in steps that can be repeated. */
export const CONTENTS: readonly Contents[] = [
	{
		needs: ['lma.ensure_activity_partitions(integer)', 'public.activity_logs'],
		title: 'Create the partitions of the next months',
		pending: `select 0 as key where to_regclass('public.activity_logs_' || to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is null`,
		run: () => ['select lma.ensure_activity_partitions(3)'],
	},
	{
		needs: ['lma.event_channels'],
		title: 'Give organizations their channels',
		pending: `select 0 as key where exists (
			select from public.organizations o where not exists (select from lma.event_channels c where c.organization_id = o.id))`,
		run: () => [
			`insert into lma.event_channels (organization_id)
			select o.id from public.organizations o
			where not exists (select from lma.event_channels c where c.organization_id = o.id)
			on conflict do nothing`,
		],
	},
	{
		needs: ['lma.worker_channels'],
		title: 'Give the worker a channel for workflows',
		pending: `select 0 as key where not exists (select from lma.worker_channels where name = 'workflows')`,
		run: () => [`insert into lma.worker_channels (name) values ('workflows') on conflict do nothing`],
	},
	{
		needs: ['lma.rebase_events(boolean)', 'lma.event_clock_cluster', 'lma.event_subscriptions'],
		title: 'Set the clock of events',
		pending: 'select 0 as key from lma.event_clock_cluster where last_value = 0',
		run: () => ['select lma.rebase_events()'],
	},
	{
		needs: ['lma.totals_checks'],
		title: 'Prepare the totals of organizations',
		pending: `select 0 as key where exists (
			select from public.organizations o where not exists (select from lma.totals_checks c where c.organization_id = o.id))`,
		run: () => [
			"set local lma.keeps_totals = 'on'",
			`insert into lma.totals_checks (organization_id)
			select o.id from public.organizations o
			where not exists (select from lma.totals_checks c where c.organization_id = o.id)
			on conflict do nothing`,
		],
	},
	{
		needs: ['lma.repair_totals(integer)', 'lma.totals_checks', 'lma.note_total_deltas'],
		title: 'Count the totals',
		pending: `select c.organization_id as key from lma.totals_checks c where c.checked_at is null order by c.organization_id`,
		// Also writes down that it was done, so that a second run does not count again.
		run: (key) => [`select from lma.repair_totals(${key})`, `select lma.finish_totals_check(${key}, 0)`],
	},
];

/** Rows that the migrations write by themselves. */
export async function planSeeds(context: Context, seeds: Reference['seeds']): Promise<Part> {
	const { client, reference, live, baseline, isComplete } = context;
	const steps: Step[] = [];
	for (const [name, rows] of isComplete ? [] : Object.entries(seeds)) {
		const table = findTable(reference, name);
		if (!table || name in baseline) continue;
		const isThere = findTable(live, name) && (await client.query(`select from ${name} limit 1`)).rowCount;
		if (isThere) continue;
		const columns = table.columns
			.filter(({ generated }) => !generated)
			.map((column) => quoteName(column.name));
		steps.push(
			brief(`Fill ${name}`, null, [
				`insert into ${name} (${columns.join(', ')}) overriding system value
				select ${columns.join(', ')} from jsonb_populate_recordset(null::${name}, ${quoteText(JSON.stringify(rows))}::jsonb)
				on conflict do nothing`,
			]),
		);
	}
	return { steps, findings: [] };
}

/** What the migrations make of the rows they find, one kind after the other: each builds on the one before. */
export function planContents({ needs, title, pending, run }: Contents): Planner {
	return async ({ client, reference, live, isComplete }) => {
		// Once complete, the triggers and the worker do it.
		if (!hasAll(reference, needs) || isComplete) return { steps: [], findings: [] };
		const isMade = hasAll(live, needs);
		const keys = isMade ? (await client.query<{ key: number }>(pending)).rows : [{ key: 0 }];
		const steps = keys.map(({ key }): Step => ({
			kind: 'online',
			title: key > 0 ? `${title} of organization ${key}` : title,
			table: null,
			lock: 'none',
			rows: 0,
			statements: [['begin', ...run(key), 'commit'].join(';\n')],
		}));
		return { steps, findings: [] };
	};
}

function hasAll({ tables, routines, sequences }: Catalogue, needs: string[]): boolean {
	const names = new Set([...tables, ...routines, ...sequences].map(({ name }) => name));
	return needs.every((name) => names.has(name));
}

/** Rows of no organization have no totals and no tenant; what follows from changes to them has to take that. */
export async function planOrphans(context: Context): Promise<Part> {
	const { reference, live } = context;
	let count = 0;
	for (const { wanted } of sharedTables(context)) {
		const isDerived = !context.baseline[wanted.name]?.includes('organization_id');
		if (!(wanted.name in context.baseline) || wanted.parent || !isDerived) continue;
		// What happened to nobody's rows.
		if (wanted.name === 'public.activity_logs') continue;
		if (findColumn(wanted, 'organization_id')?.notNull)
			count += (await countEmpty(context, wanted, 'organization_id')).count;
	}
	if (count === 0) return { steps: [], findings: [] };
	const takers = reference.tables.filter(
		({ name }) => name === 'public.activity_logs' || /^lma\.\w+_deltas$/.test(name),
	);
	return {
		steps: takers.flatMap(({ name, parent }) => {
			const column = findColumn(findTable(live, name) ?? findTable(reference, name), 'organization_id');
			if (!column?.notNull || parent) return [];
			const open = `alter table ${name} alter column organization_id drop not null`;
			return [brief(`Allow ${name} to have rows without an organization`, null, [open])];
		}),
		findings: [],
	};
}
