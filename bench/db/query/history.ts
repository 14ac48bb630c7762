import { COMMUNICATION_COLUMNS } from '../../../db/communication/columns';
import { type CommunicationFilter, listCommunications } from '../../../db/communication/list';
import { listNotes } from '../../../db/note/note';
import { listUsers, USER_COLUMNS } from '../../../db/user/user';
import { type NamedQuery, type Part, pick } from './query';
import { daysBefore, type Values } from './values';

const NEWEST: Part = (sql) => sql`c.id desc`;
const NEWEST_BY_TIME: Part = (sql) => sql`c.created_at desc, c.id desc`;
const SOONEST: Part = (sql) => sql`c.scheduled_at, c.id`;

/** `listCommunications` with a filter, beside the best statement for it. */
function listing(
	name: string,
	filter: (values: Values, turn: number) => CommunicationFilter,
	condition: Part,
	order: Part,
): NamedQuery {
	return {
		name: `listCommunications ${name}`,
		floors: [
			(sql, values, turn) => sql`
				select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}
				from communications c
				where c.organization_id = ${values.organizationId} ${condition(sql, values, turn)}
				order by ${order(sql, values, turn)}
				limit 50`,
		],
		run: (tx, values, turn) => listCommunications(tx, { limit: 50, ...filter(values, turn) }),
	};
}

const TYPES = ['email', 'call', 'meeting', 'linkedin', 'sms'] as const;

const ofType: Part = (sql, _values, turn) =>
	sql`and c.communication_type = ${sql.unsafe(`'${pick(TYPES, turn)}'`)}`;
const ofBusyLead: Part = (sql, values, turn) => sql`and c.lead_id = ${pick(values.busyLeads, turn)}`;

export const HISTORY_QUERIES: readonly NamedQuery[] = [
	listing(
		'newest',
		() => ({}),
		(sql) => sql``,
		NEWEST,
	),
	listing(
		'lead',
		(values, turn) => ({ leadId: pick(values.leads, turn) }),
		(sql, values, turn) => sql`and c.lead_id = ${pick(values.leads, turn)}`,
		NEWEST_BY_TIME,
	),
	listing(
		'busy lead',
		(values, turn) => ({ leadId: pick(values.busyLeads, turn) }),
		ofBusyLead,
		NEWEST_BY_TIME,
	),
	listing(
		'busy lead, type',
		(values, turn) => ({ leadId: pick(values.busyLeads, turn), communicationType: [pick(TYPES, turn)] }),
		(sql, values, turn) => sql`${ofBusyLead(sql, values, turn)} ${ofType(sql, values, turn)}`,
		NEWEST_BY_TIME,
	),
	listing(
		'user',
		(values, turn) => ({ userId: pick(values.owners, turn) }),
		(sql, values, turn) => sql`and c.user_id = ${pick(values.owners, turn)}`,
		NEWEST,
	),
	listing(
		'failed',
		() => ({ status: ['failed'] }),
		(sql) => sql`and c.status = 'failed'`,
		NEWEST_BY_TIME,
	),
	listing(
		'scheduled',
		() => ({ status: ['scheduled'] }),
		(sql) => sql`and c.status = 'scheduled'`,
		SOONEST,
	),
	listing(
		'scheduled on a day',
		(values, turn) => ({
			status: ['scheduled'],
			scheduledAfter: daysBefore(values.today, -(turn % 29)),
			scheduledBefore: daysBefore(values.today, -(turn % 29) - 1),
		}),
		(sql, values, turn) => sql`
			and c.status = 'scheduled' and c.scheduled_at >= ${daysBefore(values.today, -(turn % 29))}
			and c.scheduled_at < ${daysBefore(values.today, -(turn % 29) - 1)}`,
		SOONEST,
	),
	listing('type', (_values, turn) => ({ communicationType: [pick(TYPES, turn)] }), ofType, NEWEST),
	listing(
		'direction, status',
		() => ({ direction: 'outbound', status: ['cancelled'] }),
		(sql) => sql`and c.direction = 'outbound' and c.status = 'cancelled'`,
		NEWEST_BY_TIME,
	),
	...(['lead', 'user', 'newest'] as const).map(notes),
	{
		name: 'listUsers',
		floors: [
			(sql, values) => sql`
				select ${sql(USER_COLUMNS)}
				from users
				where organization_id = ${values.organizationId}
				order by last_name, first_name, id
				limit 50`,
		],
		run: (tx) => listUsers(tx, { limit: 50 }),
	},
];

function notes(of: 'lead' | 'user' | 'newest'): NamedQuery {
	const filter = (values: Values, turn: number) => {
		if (of === 'newest') return {};
		return of === 'lead' ? { leadId: pick(values.busyLeads, turn) } : { userId: pick(values.owners, turn) };
	};
	const conditions: Record<typeof of, Part> = {
		lead: (sql, values, turn) => sql`and n.lead_id = ${pick(values.busyLeads, turn)}`,
		user: (sql, values, turn) => sql`and n.user_id = ${pick(values.owners, turn)}`,
		newest: (sql) => sql``,
	};
	return {
		name: `listNotes ${of}`,
		floors: [
			(sql, values, turn) => sql`
				select n.*
				from lead_notes n
				where n.organization_id = ${values.organizationId} ${conditions[of](sql, values, turn)}
				order by n.created_at desc, n.id desc
				limit 50`,
		],
		run: (tx, values, turn) => listNotes(tx, { limit: 50, ...filter(values, turn) }),
	};
}
