import type { Sql } from '../../../db/connection/client';
import { findLeads } from '../../../db/lead/find';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { leadColumns } from '../../../db/lead/tableColumns';
import { upsertLeads } from '../../../db/lead/upsert';
import { COMMON_TAG, RARE_TAG, RARE_WORD } from '../data/words';
import { type Floor, type NamedQuery, type Part, pick } from './query';
import { daysBefore, type Values } from './values';

const STATUSES = ['QUALIFIED', 'NEW', 'CLOSED_WON', 'CONTACTED', 'NEGOTIATION'] as const;
/** Words of generated companies: of a fifth of them, and of one in `rareEvery`. */
const COMMON_WORD = 'global';
const REGIONS = ['north', 'east', 'south', 'west'] as const;
const SCORES = [50, 60, 70, 80, 90] as const;

const NEWEST: Part = (sql) => sql`l.created_at desc, l.id desc`;
const BEST: Part = (sql) => sql`l.score desc, l.id`;

/** `listLeads` with a filter, beside the best statements for it: one for each way of putting the condition. */
function listing(
	name: string,
	filter: (values: Values, turn: number) => LeadFilter,
	conditions: readonly Part[],
	{ order = NEWEST, limit = 50, offset = 0 } = {},
): NamedQuery {
	const floors = conditions.map(
		(condition): Floor =>
			(sql, values, turn) => sql`
				select ${leadColumns(sql, 'l')}
				from leads l
				where l.organization_id = ${values.organizationId} ${condition(sql, values, turn)}
				order by ${order(sql, values, turn)}
				limit ${sql.unsafe(String(limit))}
				offset ${sql.unsafe(String(offset))}`,
	);
	return {
		name: `listLeads ${name}`,
		floors,
		run: (tx, values, turn) => listLeads(tx, { limit, offset, ...filter(values, turn) }),
	};
}

const all: Part = (sql) => sql``;

/** Labels are written out, for an index may be of one alone. */
const labelled =
	(column: string, labels: readonly string[]): Part =>
	(sql, _values, turn) =>
		sql`and ${sql(`l.${column}`)} = ${sql.unsafe(`'${pick(labels, turn)}'`)}`;
const inStatus = labelled('status', STATUSES);
const owned: Part = (sql, values, turn) => sql`and l.assigned_to_id = ${pick(values.owners, turn)}`;

/** By the search index, as `lma.read_leads` asks it: `words` is a tsquery. */
const searched =
	(words: Part): Part =>
	(sql, values, turn) =>
		sql`and ${sql.unsafe(values.searchExpression)} @@ (select ${words(sql, values, turn)})`;
const jsonWords = (sql: Sql, { organizationId }: Values, document: Record<string, string> | string[]) =>
	sql`lma.json_query(${organizationId}, ${sql.json(document)})`;

const tagged = (tag: string): readonly Part[] => {
	const compared: Part = (sql) => sql`and l.tags @> ${sql.json([tag])}`;
	const found = searched((sql, values) => jsonWords(sql, values, [tag]));
	return [compared, both(found, compared)];
};
const withField = (fieldOf: (values: Values, turn: number) => Record<string, string>): readonly Part[] => {
	const compared: Part = (sql, values, turn) =>
		sql`and l.custom_fields @> ${sql.json(fieldOf(values, turn))}`;
	const found = searched((sql, values, turn) => jsonWords(sql, values, fieldOf(values, turn)));
	return [compared, both(found, compared)];
};
const withWord = (word: string): readonly Part[] => [
	(sql) => sql`
		and ' ' || lower(replace(replace(replace(replace(
			l.first_name || ' ' || l.last_name || coalesce(' ' || l.company, '') || coalesce(' ' || l.job_title, '') || ' ' || l.email,
			'.', ' '), '@', ' '), '-', ' '), '''', ' ')) like all (lma.words_patterns(${word}))`,
	searched((sql, { organizationId }) => sql`lma.words_query(${organizationId}, ${word})`),
];

function both(one: Part, other: Part): Part {
	return (sql, values, turn) => sql`${one(sql, values, turn)} ${other(sql, values, turn)}`;
}

const region = (_values: Values, turn: number) => ({ region: pick(REGIONS, turn) });
const contract = (values: Values, turn: number) => ({ contract: pick(values.contracts, turn) });

export const LEAD_QUERIES: readonly NamedQuery[] = [
	listing('newest', () => ({}), [all]),
	listing('oldest', () => ({ sortDirection: 'asc' }), [all], { order: (sql) => sql`l.created_at, l.id` }),
	listing('by score', () => ({ sortBy: 'score' }), [all], { order: BEST }),
	listing('by name', () => ({ sortBy: 'name', sortDirection: 'asc' }), [all], {
		order: (sql) => sql`lower(l.last_name), lower(l.first_name), l.id`,
	}),
	listing('page 20', () => ({}), [all], { offset: 950 }),
	listing('status', (_values, turn) => ({ status: [pick(STATUSES, turn)] }), [inStatus]),
	listing(
		'status, score above, by score',
		(_values, turn) => ({ status: [pick(STATUSES, turn)], minScore: pick(SCORES, turn), sortBy: 'score' }),
		[both(inStatus, (sql, _values, turn) => sql`and l.score >= ${pick(SCORES, turn)}`)],
		{ order: BEST, limit: 10 },
	),
	listing(
		'score range',
		(_values, turn) => ({ minScore: pick(SCORES, turn), maxScore: pick(SCORES, turn) + 5 }),
		[
			(sql, _values, turn) => sql`and l.score between ${pick(SCORES, turn)} and ${pick(SCORES, turn) + 5}`,
			// Along the order, for a range that many are in.
			(sql, _values, turn) =>
				sql`and l.score + 0 between ${pick(SCORES, turn)} and ${pick(SCORES, turn) + 5}`,
		],
	),
	listing('temperature', (_values, turn) => ({ leadTemperature: [turn % 2 ? 'hot' : 'warm'] }), [
		labelled('lead_temperature', ['warm', 'hot']),
	]),
	listing('source', (_values, turn) => ({ source: [turn % 2 ? 'OTHER' : 'EVENT'] }), [
		labelled('source', ['EVENT', 'OTHER']),
	]),
	listing('owner', (values, turn) => ({ assignedToId: pick(values.owners, turn) }), [owned]),
	listing(
		'owner, status',
		(values, turn) => ({ assignedToId: pick(values.owners, turn), status: [pick(STATUSES, turn)] }),
		[both(owned, inStatus)],
	),
	listing('unassigned', () => ({ unassigned: true }), [(sql) => sql`and l.assigned_to_id is null`]),
	listing('never contacted', () => ({ neverContacted: true }), [
		(sql) => sql`and l.first_contacted_at is null`,
	]),
	listing('e-mail', (values, turn) => ({ email: pick(values.emails, turn) }), [
		(sql, values, turn) => sql`and l.email_key = ${pick(values.emails, turn).toLowerCase()}`,
	]),
	listing('common tag', () => ({ tags: [COMMON_TAG] }), tagged(COMMON_TAG)),
	listing('rare tag', () => ({ tags: [RARE_TAG] }), tagged(RARE_TAG)),
	listing(
		'common custom field',
		(values, turn) => ({ customFields: region(values, turn) }),
		withField(region),
	),
	listing(
		'rare custom field',
		(values, turn) => ({ customFields: contract(values, turn) }),
		withField(contract),
	),
	listing('common word', () => ({ search: COMMON_WORD }), withWord(COMMON_WORD)),
	listing('rare word', () => ({ search: RARE_WORD }), withWord(RARE_WORD)),
	listing(
		'created in a week',
		(values, turn) => ({
			createdAfter: pick(values.weeks, turn),
			createdBefore: daysBefore(pick(values.weeks, turn), -7),
		}),
		[
			(sql, values, turn) => sql`
				and l.created_at >= ${pick(values.weeks, turn)}
				and l.created_at < ${daysBefore(pick(values.weeks, turn), -7)}`,
		],
	),
	listing(
		'owner, status, tag, created',
		(values, turn) => ({
			assignedToId: pick(values.owners, turn),
			status: [pick(STATUSES, turn)],
			tags: [COMMON_TAG],
			createdAfter: daysBefore(values.today, 180),
		}),
		[
			both(
				both(owned, inStatus),
				(sql, values) => sql`
					and l.tags @> ${sql.json([COMMON_TAG])} and l.created_at >= ${daysBefore(values.today, 180)}`,
			),
		],
	),
	{
		name: 'findLeads 50 ids',
		floors: [
			(sql, values) => sql`
				select ${leadColumns(sql, 'l')}
				from leads l
				where l.id = any(${values.leads}::int[])`,
		],
		isUnordered: true,
		run: async (tx, values) => (await findLeads(tx, values.leads)).map(({ row }) => row),
	},
	{
		name: 'upsertLeads 1 known',
		run: (tx, values, turn) => upsertLeads(tx, [{ email: pick(values.emails, turn) }]),
	},
];
