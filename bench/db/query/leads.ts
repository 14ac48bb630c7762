import type { Sql } from '../../../db/connection/client';
import { findLeads } from '../../../db/lead/find';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { upsertLeads } from '../../../db/lead/upsert';
import { COMMON_TAG, RARE_TAG, RARE_WORD } from '../data/words';
import { type NamedQuery, pick } from './query';
import { daysBefore, type Values } from './values';

const STATUSES = ['QUALIFIED', 'NEW', 'CLOSED_WON', 'CONTACTED', 'NEGOTIATION'] as const;
/** Words of generated companies: of a fifth of them, and of one in `rareEvery`. */
const COMMON_WORD = 'global';
const REGIONS = ['north', 'east', 'south', 'west'] as const;
const SCORES = [50, 60, 70, 80, 90] as const;

type Fragment = ReturnType<Sql>;

/** `listLeads` with a filter, beside the statement of a client of the document. */
function listing(
	name: string,
	filter: (values: Values, turn: number) => LeadFilter,
	condition?: (sql: Sql, values: Values, turn: number) => Fragment,
	order = (sql: Sql): Fragment => sql`created_at desc`,
): NamedQuery {
	return {
		name: `listLeads ${name}`,
		budget: 'list',
		run: (tx, values, turn) => listLeads(tx, { limit: 50, ...filter(values, turn) }),
		...(condition && {
			document: (sql, values, turn) => sql`
				select *
				from leads
				where organization_id = ${values.organizationId}
					${condition(sql, values, turn)}
				order by ${order(sql)}
				limit 50`,
		}),
	};
}

export const LEAD_QUERIES: readonly NamedQuery[] = [
	listing(
		'newest',
		() => ({}),
		(sql) => sql``,
	),
	listing(
		'oldest',
		() => ({ sortDirection: 'asc' }),
		(sql) => sql``,
		(sql) => sql`created_at`,
	),
	listing(
		'by score',
		() => ({ sortBy: 'score' }),
		(sql) => sql``,
		(sql) => sql`score desc`,
	),
	listing('page 20', () => ({ offset: 950 }), undefined),
	listing(
		'status',
		(_values, turn) => ({ status: [pick(STATUSES, turn)] }),
		(sql, _values, turn) => sql`and status = ${pick(STATUSES, turn)}`,
	),
	listing(
		'status, score above, by score',
		(_values, turn) => ({
			status: [pick(STATUSES, turn)],
			minScore: pick(SCORES, turn),
			sortBy: 'score',
			limit: 10,
		}),
		(sql, _values, turn) => sql`and status = ${pick(STATUSES, turn)} and score >= ${pick(SCORES, turn)}`,
		(sql) => sql`score desc`,
	),
	listing(
		'score range',
		(_values, turn) => ({ minScore: pick(SCORES, turn), maxScore: pick(SCORES, turn) + 5 }),
		(sql, _values, turn) => sql`and score between ${pick(SCORES, turn)} and ${pick(SCORES, turn) + 5}`,
	),
	listing(
		'temperature',
		(_values, turn) => ({ leadTemperature: [turn % 2 ? 'hot' : 'warm'] }),
		(sql, _values, turn) => sql`and lead_temperature = ${turn % 2 ? 'hot' : 'warm'}`,
	),
	listing(
		'source',
		(_values, turn) => ({ source: [turn % 2 ? 'OTHER' : 'EVENT'] }),
		(sql, _values, turn) => sql`and source = ${turn % 2 ? 'OTHER' : 'EVENT'}`,
	),
	listing(
		'owner',
		(values, turn) => ({ assignedToId: pick(values.owners, turn) }),
		(sql, values, turn) => sql`and assigned_to_id = ${pick(values.owners, turn)}`,
	),
	listing(
		'owner, status',
		(values, turn) => ({ assignedToId: pick(values.owners, turn), status: [pick(STATUSES, turn)] }),
		(sql, values, turn) =>
			sql`and assigned_to_id = ${pick(values.owners, turn)} and status = ${pick(STATUSES, turn)}`,
	),
	listing(
		'unassigned',
		() => ({ unassigned: true }),
		(sql) => sql`and assigned_to_id is null`,
	),
	listing(
		'never contacted',
		() => ({ neverContacted: true }),
		(sql) => sql`and first_contacted_at is null`,
	),
	listing(
		'e-mail',
		(values, turn) => ({ email: pick(values.emails, turn) }),
		(sql, values, turn) => sql`and email = ${pick(values.emails, turn)}`,
	),
	listing(
		'common tag',
		() => ({ tags: [COMMON_TAG] }),
		(sql) => sql`and tags @> ${sql.json([COMMON_TAG])}`,
	),
	listing(
		'rare tag',
		() => ({ tags: [RARE_TAG] }),
		(sql) => sql`and tags @> ${sql.json([RARE_TAG])}`,
	),
	listing(
		'common custom field',
		(_values, turn) => ({ customFields: { region: pick(REGIONS, turn) } }),
		(sql, _values, turn) => sql`and custom_fields @> ${sql.json({ region: pick(REGIONS, turn) })}`,
	),
	listing(
		'rare custom field',
		(values, turn) => ({ customFields: { contract: pick(values.contracts, turn) } }),
		(sql, values, turn) => sql`and custom_fields @> ${sql.json({ contract: pick(values.contracts, turn) })}`,
	),
	listing(
		'common word',
		() => ({ search: COMMON_WORD }),
		(sql) =>
			sql`and (email ilike '%global%' or company ilike '%global%' or first_name || ' ' || last_name ilike '%global%')`,
	),
	listing(
		'rare word',
		() => ({ search: RARE_WORD }),
		(sql) => {
			const pattern = `%${RARE_WORD}%`;
			return sql`and (email ilike ${pattern} or company ilike ${pattern} or first_name || ' ' || last_name ilike ${pattern})`;
		},
	),
	listing(
		'created in a week',
		(values, turn) => ({
			createdAfter: pick(values.weeks, turn),
			createdBefore: daysBefore(pick(values.weeks, turn), -7),
		}),
		(sql, values, turn) => sql`
			and created_at >= ${pick(values.weeks, turn)} and created_at < ${daysBefore(pick(values.weeks, turn), -7)}`,
	),
	listing(
		'owner, status, tag, created',
		(values, turn) => ({
			assignedToId: pick(values.owners, turn),
			status: [pick(STATUSES, turn)],
			tags: [COMMON_TAG],
			createdAfter: daysBefore(values.today, 180),
		}),
		(sql, values, turn) => sql`
			and assigned_to_id = ${pick(values.owners, turn)} and status = ${pick(STATUSES, turn)}
			and tags @> ${sql.json([COMMON_TAG])} and created_at >= ${daysBefore(values.today, 180)}`,
	),
	{
		name: 'findLeads 50 ids',
		budget: 'list',
		run: (tx, values) => findLeads(tx, values.leads),
		document: (sql, values) => sql`select * from leads where id = any(${values.leads}::int[])`,
	},
	{
		name: 'upsertLeads 1 known',
		budget: 'other',
		run: (tx, values, turn) => upsertLeads(tx, [{ email: pick(values.emails, turn) }]),
	},
];
