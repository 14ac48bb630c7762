import type { CommunicationType } from '../communication/communication';
import { email } from '../input/field';
import type { LeadStatus } from '../lead/labels';
import type { SendRules } from './sendRules';
import { nextOpening } from './sendWindow';

/** What a decision rests on. Times are milliseconds since 1970. */
export interface SendFacts {
	leadId: number;
	/** Null when the organization has no such lead. */
	lead: { email: string; phone: string | null; linkedinUrl: string | null; status: LeadStatus } | null;
	/** When the lead was contacted before, newest first: what was sent, and what is scheduled until the moment asked about. */
	contactedAt: readonly number[];
	/** When the lead last wrote or called. */
	repliedAt: number | null;
}

export type SendReason =
	| 'address_invalid'
	| 'address_missing'
	| 'frequency_cap'
	| 'lead_not_found'
	| 'no_send_time'
	| 'ok'
	| 'outside_window'
	| 'replied'
	| 'status_closed';

/** What to do: send now, send at `until`, or do not send. */
export type SendDecision =
	| { decision: 'allow'; reason: 'ok'; until: null }
	| { decision: 'defer'; reason: 'frequency_cap' | 'outside_window'; until: number }
	| {
			decision: 'block';
			reason: Exclude<SendReason, 'frequency_cap' | 'ok' | 'outside_window'>;
			until: null;
	  };

const DAY_MS = 86_400_000;

/**
 * Decides whether a lead may be contacted at `time` (milliseconds since 1970). A block is for good as things stand; what
 * only has to wait is deferred to the first moment that the rules allow, by the facts of now.
 */
export function decideSend(facts: SendFacts, rules: SendRules, time: number): SendDecision {
	const block = blockOf(facts, rules);
	if (block) return { decision: 'block', reason: block, until: null };
	const free = freeOfCap(facts.contactedAt, rules.cap, time);
	const until = nextOpening(rules.window, free);
	if (until === null) return { decision: 'block', reason: 'no_send_time', until: null };
	if (until === time) return { decision: 'allow', reason: 'ok', until: null };
	return { decision: 'defer', reason: free > time ? 'frequency_cap' : 'outside_window', until };
}

function blockOf({ lead, repliedAt }: SendFacts, rules: SendRules) {
	if (!lead) return 'lead_not_found';
	if (!rules.allowClosed && (lead.status === 'CLOSED_WON' || lead.status === 'CLOSED_LOST')) {
		return 'status_closed';
	}
	const address = addressProblem(lead, rules.communicationType);
	if (address) return address;
	if (repliedAt !== null && rules.repliedSince !== null && repliedAt >= rules.repliedSince) return 'replied';
	return undefined;
}

/** When one contact more is within the cap again: once the `count`th of those before is `periodDays` old. */
function freeOfCap(contactedAt: readonly number[], cap: SendRules['cap'], time: number): number {
	if (!cap) return time;
	const oldest = [...contactedAt].sort((a, b) => b - a)[cap.count - 1];
	return oldest === undefined ? time : Math.max(time, Math.ceil(oldest + cap.periodDays * DAY_MS));
}

/** Between 7 and 15 digits (ITU-T E.164), written in any of the usual ways. */
const PHONE = /^\s*\+?(?:[\s().\/-]*\d){7,15}[\s().\/-]*$/;
const LINKEDIN = /^\s*(https?:\/\/)?([a-z]{2,3}\.)?linkedin\.com\/\S+\s*$/i;

function addressProblem(lead: NonNullable<SendFacts['lead']>, type: CommunicationType) {
	switch (type) {
		case 'email':
			return problem(lead.email, (address) => email.safeParse(address).success);
		case 'call':
		case 'sms':
			return problem(lead.phone, (phone) => PHONE.test(phone));
		case 'linkedin':
			return problem(lead.linkedinUrl, (url) => LINKEDIN.test(url));
		case 'meeting':
			return undefined;
	}
}

function problem(address: string | null, isValid: (address: string) => boolean) {
	if (address === null || address.trim() === '') return 'address_missing';
	return isValid(address) ? undefined : 'address_invalid';
}
