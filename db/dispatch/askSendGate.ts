import type { CommunicationType } from '../../domain/communication/communication';
import { LmaError } from '../../domain/error/errors';
import { decideSend, type SendReason } from '../../domain/outreach/sendDecision';
import { effectiveSendRules } from '../../domain/outreach/effectiveSendRules';
import type { SendRules, SendSettings } from '../../domain/outreach/sendRules';
import { factColumns, type FactRow, factsOf, factTables } from '../communication/sendFacts';
import { readSendSettings } from '../communication/sendSettings';
import type { Sql } from '../connection/client';
import { type ClaimedCommunication, identities } from './claimDueCommunications';
import { leadVersion } from './leadVersion';

/** A claim that the send gate lets pass, as long as its lead is what it was. */
export interface PassedClaim extends ClaimedCommunication {
	communicationType: CommunicationType;
	/** Changes with everything of the lead that was decided by. */
	leadVersion: string;
	/** With a frequency cap: how many messages to the lead had been begun. */
	begun: number | null;
}

/** A claim that the send gate keeps from being sent now. */
export type HeldClaim = Pick<ClaimedCommunication, 'id' | 'epoch' | 'organizationId'> & {
	communicationType: CommunicationType;
} & (
		| { hold: 'block'; reason: SendReason }
		/** `until`: milliseconds since 1970. */
		| { hold: 'defer'; reason: SendReason; until: number }
		/** Nobody can say now whether it may be sent; to be asked again. */
		| { hold: 'wait'; reason: 'lead_busy' | 'settings_invalid'; delaySeconds: number }
	);

interface AskedRow extends FactRow, ClaimedCommunication {
	leadId: number;
	communicationType: CommunicationType;
	isTransactional: boolean;
	plannedAt: number;
	leadVersion: string;
	settings: unknown;
	/** A call or a meeting that no webhook is to be told of: a person holds it, whatever the gate would say. */
	isLeftToPerson: boolean;
}

/** How long a message waits for settings that somebody has to correct. */
const SETTINGS_DELAY_SECONDS = 600;

/**
 * Asks the send gate about claimed communications, by the rules of their organizations and as things are now, in one statement.
 * Claims that are no longer good are in neither list. Of several to one lead only as many pass as its frequency cap
 * leaves room for, those due first. Calls and meetings that no webhook is to be told of pass unasked: nothing is sent, and
 * what was agreed with the lead stays at its time. Changes nothing.
 */
export async function askSendGate(
	sql: Sql,
	claims: readonly ClaimedCommunication[],
): Promise<{ passed: PassedClaim[]; held: HeldClaim[] }> {
	const rows = await sql<AskedRow[]>`
		with input as materialized (
			select id, epoch
			from jsonb_to_recordset(${sql.json(identities(claims))}) as t(id bigint, epoch int)
		), asked as materialized (
			select c.id, c.dispatch_epoch as epoch, c.organization_id, c.lead_id, c.communication_type, c.is_transactional,
				c.scheduled_at, coalesce(c.planned_at, c.created_at) as planned_at,
				now() as send_at, null::communication_type_enum as only_type
			from communications c
			join input on input.id = c.id
			where c.dispatch_epoch = input.epoch
				and c.status = 'scheduled'
				and c.dispatch_started_at is null
		)
		select i.id, i.epoch, i.organization_id, i.lead_id, i.communication_type, i.is_transactional,
			(extract(epoch from i.planned_at) * 1000)::float8 as planned_at,
			${leadVersion(sql, sql`i.communication_type`)} as lead_version,
			o.settings -> 'sendGate' as settings,
			i.communication_type in ('call', 'meeting') and not exists (
				select
				from integrations w
				where w.organization_id = i.organization_id
					and w.integration_type = 'webhook'
					and w.status = 'active'
					and w.configuration -> 'communicationTypes' ? i.communication_type::text
			) as is_left_to_person,
			${factColumns(sql)}
		from asked i
		join organizations o on o.id = i.organization_id
		${factTables(sql, sql`i.organization_id`, { isDue: true })}
		order by i.scheduled_at, i.id`;
	const passed: PassedClaim[] = [];
	const held: HeldClaim[] = [];
	const begins = new Map<number, number[]>();
	for (const row of rows) {
		const { id, epoch, organizationId, communicationType } = row;
		const claim = { id, epoch, organizationId };
		if (row.isLeftToPerson) {
			passed.push({ ...claim, communicationType, leadVersion: row.leadVersion, begun: null });
			continue;
		}
		const rules = rulesOf(row);
		if (!rules) {
			const wait = {
				hold: 'wait',
				reason: 'settings_invalid',
				delaySeconds: SETTINGS_DELAY_SECONDS,
			} as const;
			held.push({ ...claim, communicationType, ...wait });
			continue;
		}
		const begun = begins.get(row.leadId) ?? [];
		const facts = factsOf(row.leadId, row);
		const decided = decideSend({ ...facts, contactedAt: [...row.contactedAt, ...begun] }, rules, row.time);
		if (decided.decision === 'allow') {
			const { leadVersion: version } = row;
			passed.push({ ...claim, communicationType, leadVersion: version, begun: rules.cap ? row.begun : null });
			if (!row.isTransactional) begins.set(row.leadId, [...begun, row.time]);
		} else if (decided.decision === 'defer') {
			const { reason, until } = decided;
			held.push({ ...claim, communicationType, hold: 'defer', reason, until });
		} else {
			held.push({ ...claim, communicationType, hold: 'block', reason: decided.reason });
		}
	}
	return { passed, held };
}

/** Undefined where the organization's settings cannot be understood. The address is left to whoever sends, who knows more. */
function rulesOf(row: AskedRow): SendRules | undefined {
	const { leadId, communicationType, isTransactional, settings } = row;
	try {
		const asked: SendSettings = readSendSettings(settings);
		const check = { leadId, communicationType, isTransactional };
		return effectiveSendRules(check, asked, { ...row, checksAddress: false });
	} catch (error) {
		if (error instanceof LmaError) return undefined;
		throw error;
	}
}
