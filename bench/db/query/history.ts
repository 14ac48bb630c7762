import { type CommunicationFilter, listCommunications } from '../../../db/communication/list';
import type { Sql } from '../../../db/connection/client';
import { listNotes } from '../../../db/note/note';
import { listUsers } from '../../../db/user/user';
import { type NamedQuery, pick } from './query';
import { daysBefore, type Values } from './values';

type Fragment = ReturnType<Sql>;

/** `listCommunications` with a filter; the document finds the organization through the lead. */
function listing(
	name: string,
	filter: (values: Values, turn: number) => CommunicationFilter,
	condition: (sql: Sql, values: Values, turn: number) => Fragment,
	isWithinLead = false,
): NamedQuery {
	return {
		name: `listCommunications ${name}`,
		budget: 'list',
		run: (tx, values, turn) => listCommunications(tx, { limit: 50, ...filter(values, turn) }),
		document: (sql, values, turn) =>
			isWithinLead
				? sql`
					select *
					from communications c
					where ${condition(sql, values, turn)}
					order by c.created_at desc
					limit 50`
				: sql`
					select c.*
					from communications c
					join leads l on l.id = c.lead_id
					where l.organization_id = ${values.organizationId}
						${condition(sql, values, turn)}
					order by c.created_at desc
					limit 50`,
	};
}

const TYPES = ['email', 'call', 'meeting', 'linkedin', 'sms'] as const;

export const HISTORY_QUERIES: readonly NamedQuery[] = [
	listing(
		'newest',
		() => ({}),
		(sql) => sql``,
	),
	listing(
		'lead',
		(values, turn) => ({ leadId: pick(values.leads, turn) }),
		(sql, values, turn) => sql`c.lead_id = ${pick(values.leads, turn)}`,
		true,
	),
	listing(
		'busy lead',
		(values, turn) => ({ leadId: pick(values.busyLeads, turn) }),
		(sql, values, turn) => sql`c.lead_id = ${pick(values.busyLeads, turn)}`,
		true,
	),
	listing(
		'busy lead, type',
		(values, turn) => ({ leadId: pick(values.busyLeads, turn), communicationType: [pick(TYPES, turn)] }),
		(sql, values, turn) =>
			sql`c.lead_id = ${pick(values.busyLeads, turn)} and c.communication_type = ${pick(TYPES, turn)}`,
		true,
	),
	listing(
		'user',
		(values, turn) => ({ userId: pick(values.owners, turn) }),
		(sql, values, turn) => sql`and c.user_id = ${pick(values.owners, turn)}`,
	),
	listing(
		'failed',
		() => ({ status: ['failed'] }),
		(sql) => sql`and c.status = 'failed'`,
	),
	listing(
		'scheduled',
		() => ({ status: ['scheduled'] }),
		(sql) => sql`and c.status = 'scheduled'`,
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
	),
	listing(
		'type',
		(_values, turn) => ({ communicationType: [pick(TYPES, turn)] }),
		(sql, _values, turn) => sql`and c.communication_type = ${pick(TYPES, turn)}`,
	),
	listing(
		'direction, status',
		() => ({ direction: 'outbound', status: ['cancelled'] }),
		(sql) => sql`and c.direction = 'outbound' and c.status = 'cancelled'`,
	),
	{
		name: 'listNotes lead',
		budget: 'list',
		run: (tx, values, turn) => listNotes(tx, { leadId: pick(values.busyLeads, turn) }),
		document: (sql, values, turn) => sql`
			select *
			from lead_notes
			where lead_id = ${pick(values.busyLeads, turn)}
			order by created_at desc
			limit 50`,
	},
	{
		name: 'listNotes user',
		budget: 'list',
		run: (tx, values, turn) => listNotes(tx, { userId: pick(values.owners, turn) }),
		document: (sql, values, turn) => sql`
			select *
			from lead_notes
			where user_id = ${pick(values.owners, turn)}
			order by created_at desc
			limit 50`,
	},
	{
		name: 'listNotes newest',
		budget: 'list',
		run: (tx) => listNotes(tx, {}),
		document: (sql, values) => sql`
			select n.*
			from lead_notes n
			join leads l on l.id = n.lead_id
			where l.organization_id = ${values.organizationId}
			order by n.created_at desc
			limit 50`,
	},
	{
		name: 'listUsers',
		budget: 'other',
		run: (tx) => listUsers(tx, {}),
		document: (sql, values) => sql`
			select *
			from users
			where organization_id = ${values.organizationId}
			order by last_name, first_name
			limit 50`,
	},
];
