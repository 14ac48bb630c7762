import type { CommunicationType } from '../../domain/communication/communication';
import { LmaError, ValidationError } from '../../domain/error/errors';
import { parseInput } from '../../domain/input/parseInput';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadStatus } from '../../domain/lead/labels';
import {
	decideSend,
	type SendDecision,
	type SendFacts,
	type SendReason,
} from '../../domain/outreach/sendDecision';
import {
	LONGEST_PERIOD_DAYS,
	effectiveSendRules,
	MOST_CONTACTS,
	type SendCheck,
	type SendSettings,
	sendSettingsSchema,
} from '../../domain/outreach/sendRules';
import { localTime, sentenceOf } from '../../domain/outreach/sendSentence';
import type { Sql } from '../connection/client';

/** Whether a lead may be contacted, and why not. */
export interface SendPermission {
	leadId: number;
	communicationType: CommunicationType;
	decision: SendDecision['decision'];
	/** Stable, for programs. */
	reason: SendReason;
	/** The reason as a sentence, without anything personal. */
	message: string;
	/** When it may go out, for `defer`. ISO 8601 in UTC. */
	until: string | null;
	/** The moment that was decided about. ISO 8601 in UTC. */
	checkedAt: string;
	/** In which the window was looked at. */
	timezone: string;
}

interface FactRow {
	isFound: boolean;
	email: string;
	phone: string | null;
	linkedinUrl: string | null;
	status: LeadStatus;
	leadTimezone: string | null;
	contactedAt: number[];
	repliedAt: number | null;
	time: number;
	settings: unknown;
}

/**
 * Decides for every check whether its lead may be contacted, in one statement. Changes nothing, and reserves nothing: what
 * others send meanwhile is not counted. A lead that is not there is a block. Throws when the organization's settings
 * cannot be understood, since nobody could say then what is allowed.
 */
export async function checkSends(
	sql: Sql,
	checks: readonly SendCheck[],
): Promise<ItemResult<SendPermission>[]> {
	const input = checks.map(({ leadId, communicationType, countOnlyType, sendAt }) => ({
		lead_id: leadId,
		only_type: countOnlyType ? communicationType : null,
		send_at: sendAt ?? null,
	}));
	const rows = await sql<FactRow[]>`
		with input as materialized (
			select e.ordinal, t.lead_id, t.only_type, coalesce(t.send_at, now()) as send_at
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			cross join lateral jsonb_to_record(e.item) as t(
				lead_id int, only_type communication_type_enum, send_at timestamptz)
		)
		select
			l.id is not null as is_found, l.email, l.phone, l.linkedin_url, l.status,
			left(l.custom_fields ->> 'timezone', 64) as lead_timezone,
			contact.times as contacted_at, reply.time as replied_at,
			-- Whole milliseconds, as JavaScript counts them.
			floor(extract(epoch from i.send_at) * 1000)::float8 as time,
			case when i.ordinal = 1 then (
				select o.settings -> 'sendGate'
				from organizations o
				where o.id = (select lma.current_organization_id())
			) end as settings
		from input i
		left join leads l
			on l.organization_id = (select lma.current_organization_id())
			and l.id = i.lead_id
		cross join lateral (
			select coalesce(array_agg(extract(epoch from newest.at)::float8 * 1000 order by newest.at desc), '{}') as times
			from (
				select sent.at
				from communications c
				cross join lateral (
					select case c.status
						when 'completed' then coalesce(c.completed_at, c.created_at)
						when 'scheduled' then c.scheduled_at
					end as at
				) sent
				where c.organization_id = (select lma.current_organization_id())
					and c.lead_id = l.id
					and c.direction = 'outbound'
					and (i.only_type is null or c.communication_type = i.only_type)
					and sent.at <= i.send_at
					and sent.at > i.send_at - make_interval(days => ${LONGEST_PERIOD_DAYS + 1}::int)
				order by sent.at desc
				limit ${MOST_CONTACTS}::int
			) newest
		) contact
		cross join lateral (
			select (extract(epoch from max(c.at)) * 1000)::float8 as time
			from (
				select coalesce(c.completed_at, c.created_at) as at
				from communications c
				where c.organization_id = (select lma.current_organization_id())
					and c.lead_id = l.id
					and c.direction = 'inbound'
					and c.status = 'completed'
			) c
			where isfinite(c.at)
		) reply
		order by i.ordinal`;
	const settings = readSettings(rows[0]?.settings);
	return checks.map((check, position) => permissionFor(check, settings, rows[position]));
}

function permissionFor(
	check: SendCheck,
	settings: SendSettings,
	row: FactRow | undefined,
): ItemResult<SendPermission> {
	if (!row) throw new Error('A check got no facts');
	try {
		const rules = effectiveSendRules(check, settings, row.leadTimezone, row.time);
		const { leadId, communicationType } = check;
		const facts: SendFacts = { leadId, lead: row.isFound ? row : null, ...row };
		const { decision, reason, until } = decideSend(facts, rules, row.time);
		const words = sentenceOf(leadId, reason, rules);
		return {
			row: {
				leadId,
				communicationType,
				decision,
				reason,
				message:
					until === null ? `${words}.` : `${words}; sending is possible from ${localTime(until, rules)}.`,
				until: until === null ? null : new Date(until).toISOString(),
				checkedAt: new Date(row.time).toISOString(),
				timezone: rules.window.timezone,
			},
		};
	} catch (error) {
		if (error instanceof ValidationError) return { error };
		throw error;
	}
}

/**
 * Reads what the organization asks of every communication.
 *
 * @throws LmaError when it cannot be understood
 */
function readSettings(settings: unknown): SendSettings {
	if (settings === null || settings === undefined) return {};
	try {
		return parseInput(sendSettingsSchema, settings);
	} catch (error) {
		throw new LmaError(
			'INVALID_SETTING',
			`The organization's settings.sendGate cannot be understood: ${error instanceof Error ? error.message : 'wrong'}`,
			'Correct it in organizations.settings. Until then it cannot be decided what may be sent.',
		);
	}
}
