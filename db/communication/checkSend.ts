import type { CommunicationType } from '../../domain/communication/communication';
import { PAST_TOLERANCE } from '../../domain/communication/input';
import { ValidationError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import { decideSend, type SendDecision, type SendReason } from '../../domain/outreach/sendDecision';
import { effectiveSendRules } from '../../domain/outreach/effectiveSendRules';
import type { SendCheck, SendSettings } from '../../domain/outreach/sendRules';
import { localTime, sentenceOf } from '../../domain/outreach/sendSentence';
import type { Sql } from '../connection/client';
import { factColumns, type FactRow, factsOf, factTables } from './sendFacts';
import { readSendSettings } from './sendSettings';

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

interface CheckedRow extends FactRow {
	/** The moment that is asked about is too long past for anything to be scheduled. */
	isPast: boolean;
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
	const { rows, settings } = await findSendFacts(sql, checks);
	return checks.map((check, position) => permissionFor(check, settings, rows[position]));
}

/**
 * What checks are decided by, one row for each in their order, and what the organization asks of every communication. One
 * statement.
 *
 * @throws LmaError when the organization's settings cannot be understood
 */
export async function findSendFacts(
	sql: Sql,
	checks: readonly SendCheck[],
): Promise<{ rows: CheckedRow[]; settings: SendSettings }> {
	const input = checks.map(({ leadId, communicationType, sendAt, countOnlyType }) => ({
		lead_id: leadId,
		communication_type: communicationType,
		send_at: sendAt,
		only_type: countOnlyType ? communicationType : null,
	}));
	const organization = sql`(select lma.current_organization_id())`;
	const rows = await sql<(CheckedRow & { settings: unknown })[]>`
		with input as materialized (
			select e.ordinal, t.lead_id, t.communication_type, t.only_type, coalesce(t.send_at, now()) as send_at
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			cross join lateral jsonb_to_record(e.item) as t(
				lead_id int, communication_type communication_type_enum, send_at timestamptz,
				only_type communication_type_enum)
		)
		select ${factColumns(sql)},
			i.send_at < now() - ${PAST_TOLERANCE}::interval as is_past,
			case when i.ordinal = 1 then (
				select o.settings -> 'sendGate'
				from organizations o
				where o.id = ${organization}
			) end as settings
		from input i
		${factTables(sql, organization, { isDue: false })}
		order by i.ordinal`;
	return { rows, settings: readSendSettings(rows[0]?.settings) };
}

/** What the facts of a check come to. A check whose rules make no window fails alone. */
export function permissionFor(
	check: SendCheck,
	settings: SendSettings,
	row: FactRow | undefined,
): ItemResult<SendPermission> {
	if (!row) throw new Error('A check got no facts');
	try {
		const rules = effectiveSendRules(check, settings, row);
		const { leadId, communicationType } = check;
		const { decision, reason, until } = decideSend(factsOf(leadId, row), rules, row.time);
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
