import { findColumn, findTable } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import type { Finding } from './finding';
import { bareName } from '../catalogue/quote';

interface Quirk {
	rule: string;
	table: string;
	columns: string[];
	/** Gives count and ids of the rows concerned. */
	query: string;
	consequence: string;
	remedy: string;
}

/** What the schema document leaves open, and what a program that follows it may have made of it. */
const QUIRKS: readonly Quirk[] = [
	{
		rule: 'duplicate_email',
		table: 'public.leads',
		columns: ['email', 'organization_id'],
		query: `select coalesce(sum(rows), 0)::float8 as count, (array_agg(first order by first))[1:5] as ids
			from (
				select count(*) as rows, min(id) as first
				from public.leads group by organization_id, lower(email) having count(*) > 1
			) t`,
		consequence:
			'Leads of one organization share an address. They stay; an upsert by that address changes the oldest of them.',
		remedy: 'None needed; the merge operation of the LMA node joins two leads.',
	},
	{
		rule: 'user_without_organization',
		table: 'public.users',
		columns: ['organization_id'],
		query: `select count(*)::float8 as count, (array_agg(id order by id))[1:5] as ids
			from public.users where organization_id is null`,
		consequence: 'No tenant sees these users, and no lead can be assigned to them.',
		remedy: 'Give them an organization when they belong to one.',
	},
	{
		rule: 'scheduled_elsewhere',
		table: 'public.communications',
		columns: ['status'],
		query: `select count(*)::float8 as count, (array_agg(id order by id))[1:5] as ids
			from public.communications where status::text = 'scheduled'`,
		consequence:
			'These are left to the other program. Communications that it schedules from now on are sent by the LMA worker once one runs.',
		remedy:
			'Turn its own sending off before you start a worker; reschedule what the worker should take over.',
	},
];

/** Named peculiarities, and labels that the enums here do not have. */
export async function planQuirks(context: Context): Promise<Part> {
	const { client, live, reference } = context;
	const findings: Finding[] = [];
	for (const { table, columns, query, ...quirk } of QUIRKS) {
		const found = findTable(live, table);
		if (!found || columns.some((name) => !findColumn(found, name))) continue;
		const { rows } = await client.query<{ count: number; ids: number[] | null }>(query);
		const [result] = rows;
		if (result && result.count > 0)
			findings.push({
				severity: 'note',
				object: table,
				count: result.count,
				ids: result.ids ?? [],
				...pick(quirk),
			});
	}
	for (const { name, labels } of reference.enums) {
		for (const wanted of reference.tables) {
			const found = findTable(live, wanted.name);
			if (wanted.parent || !found) continue;
			for (const column of wanted.columns.filter(({ type }) => type === name)) {
				const there = findColumn(found, column.name);
				if (!there) continue;
				const known = labels.map((label) => `'${label}'`).join(', ');
				const { rows } = await client.query<{ count: number; values: string[] | null }>(
					`select count(*)::float8 as count, (array_agg(distinct ${column.name}::text))[1:5] as values
					from ${wanted.name} where ${column.name}::text not in (${known})`,
				);
				const [result] = rows;
				if (!result?.count) continue;
				findings.push({
					rule: 'unknown_label',
					severity: 'kept',
					object: `${wanted.name}.${column.name}`,
					count: result.count,
					ids: result.values ?? [],
					consequence: `These values are not among LMA's ${bareName(name)}: the rows stay, and views and nodes do not count them.`,
					remedy: `Change them to ${labels.join(', ')} if the other program can handle that.`,
				});
			}
		}
	}
	return { steps: [], findings };
}

function pick({ rule, consequence, remedy }: Pick<Quirk, 'rule' | 'consequence' | 'remedy'>) {
	return { rule, consequence, remedy };
}
