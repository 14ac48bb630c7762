import type { Communication } from '../../domain/communication/communication';
import type { ScheduledCommunication } from '../../domain/communication/input';
import { SendBlockedError } from '../../domain/communication/sendBlocked';
import type { ItemResult } from '../../domain/itemResult';
import type { SendCheck } from '../../domain/outreach/sendRules';
import type { Sql } from '../connection/client';
import { findSendFacts, permissionFor, type SendPermission } from './checkSend';
import { scheduleCommunications } from './write';

/** What became of something to schedule: the row; or, where that is asked for, why the send gate refuses it. */
export type Scheduled = ItemResult<Communication | SendPermission>;

/** What is to be inserted, in its place; or what it comes to without that. */
type Plan = { insert: ScheduledCommunication } | { result: Scheduled };

/**
 * Schedules outbound communications for the worker, in one statement. An unknown lead or user, or a time more than
 * five minutes past by the database's clock, fails that one alone.
 *
 * Where the send gate is to be asked, two statements go before: they lock the leads, so that two transactions that ask never take
 * the same room within a frequency cap, and read what is decided by. Each is decided after those before it, and takes its
 * room. Throws when the organization's settings cannot be understood.
 */
export async function scheduleThroughGate(
	sql: Sql,
	communications: readonly ScheduledCommunication[],
): Promise<Scheduled[]> {
	const plans = communications.some(({ checkSend = 'off' }) => checkSend !== 'off')
		? await askGate(sql, communications)
		: communications.map((insert): Plan => ({ insert }));
	const inserts = plans.flatMap((plan) => ('insert' in plan ? plan.insert : []));
	const inserted = inserts.length > 0 ? await scheduleCommunications(sql, inserts) : [];
	let next = 0;
	return plans.map((plan) => {
		const result = 'insert' in plan ? inserted[next++] : plan.result;
		if (!result) throw new Error('A communication got no result');
		return result;
	});
}

async function askGate(sql: Sql, communications: readonly ScheduledCommunication[]): Promise<Plan[]> {
	await sql`
		select l.id
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(communications.map(({ leadId }) => leadId))]}::int[])
		order by l.id
		for no key update`;
	const checks = communications.map(
		({ leadId, communicationType, scheduledAt, isTransactional }): SendCheck => ({
			leadId,
			communicationType,
			sendAt: scheduledAt,
			isTransactional,
		}),
	);
	const { rows, settings } = await findSendFacts(sql, checks);
	const taken = new Map<number, number[]>();
	return communications.map((communication, position): Plan => {
		const { leadId, checkSend = 'off', isTransactional } = communication;
		const [check, row] = [checks[position], rows[position]];
		if (!check || !row) throw new Error('A communication got no facts');
		const contacts = taken.get(leadId) ?? [];
		const take = (at: string) => {
			if (!isTransactional) taken.set(leadId, [...contacts, Date.parse(at)]);
			return { insert: { ...communication, scheduledAt: at } };
		};
		// That a lead is not there, or a time is past, the insert says as it says it without the gate.
		if (checkSend === 'off' || !row.isFound || row.isPast) return take(communication.scheduledAt);
		const asked = { ...row, contactedAt: [...row.contactedAt, ...contacts] };
		const { row: permission, error } = permissionFor(check, settings, asked);
		if (error) return { result: { error } };
		if (permission.decision === 'allow') return take(communication.scheduledAt);
		if (permission.until !== null && checkSend === 'defer') return take(permission.until);
		if (communication.ifBlocked === 'output') return { result: { row: permission } };
		return { result: { error: new SendBlockedError(permission) } };
	});
}
