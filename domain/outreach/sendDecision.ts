import type { CommunicationType } from '../communication/communication';
import { email } from '../input/field';
import type { LeadStatus } from '../lead/labels';
import { tagKey } from './blockTags';
import { nextFree, type TakenTimes, takenTimes } from './frequencyCap';
import type { SendRules } from './sendRules';
import { nextOpening } from './sendWindow';
import type { SuppressionReason } from './suppression';

/** What a decision rests on. Times are milliseconds since 1970. */
export interface SendFacts {
	leadId: number;
	/** Null when the organization has no such lead. */
	lead: {
		email: string;
		phone: string | null;
		linkedinUrl: string | null;
		status: LeadStatus;
		tags: readonly string[];
	} | null;
	/** Why the lead, or its address for this type, must not be contacted. */
	suppressedFor: readonly SuppressionReason[];
	/** When the lead was and will be contacted, in any order: what was sent, and what is scheduled. */
	contactedAt: readonly number[];
	/** When something was last sent to the lead. */
	lastSentAt: number | null;
	/** When the lead last wrote or called. */
	repliedAt: number | null;
}

export type SendReason =
	| SuppressionReason
	| 'address_invalid'
	| 'address_missing'
	| 'blocked_tag'
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

/**
 * Decides whether a lead may be contacted at `time` (milliseconds since 1970). A block is for good as things stand; what
 * only has to wait is deferred to the first moment that the rules allow, by the facts of now.
 */
export function decideSend(facts: SendFacts, rules: SendRules, time: number): SendDecision {
	const block = blockOf(facts, rules);
	if (block) return { decision: 'block', reason: block, until: null };
	const taken = rules.cap ? takenTimes(facts.contactedAt, rules.cap) : [];
	const until = firstAllowed(taken, rules, time);
	if (until === null) return { decision: 'block', reason: 'no_send_time', until: null };
	if (until === time) return { decision: 'allow', reason: 'ok', until: null };
	const isFree = nextFree(taken, time) === time;
	return { decision: 'defer', reason: isFree ? 'outside_window' : 'frequency_cap', until };
}

/** The reasons of a suppression, the one that says most first. */
const BY_WEIGHT: readonly SuppressionReason[] = [
	'do_not_contact',
	'complained',
	'unsubscribed',
	'address_bounced',
];

function blockOf({ lead, suppressedFor, repliedAt, lastSentAt }: SendFacts, rules: SendRules) {
	if (!lead) return 'lead_not_found';
	const suppressed = BY_WEIGHT.find(
		(reason) => suppressedFor.includes(reason) && !(rules.isTransactional && reason === 'unsubscribed'),
	);
	if (suppressed) return suppressed;
	if (!rules.allowClosed && (lead.status === 'CLOSED_WON' || lead.status === 'CLOSED_LOST')) {
		return 'status_closed';
	}
	if (lead.tags.some((tag) => rules.blockTags.has(tagKey(tag)))) return 'blocked_tag';
	const address = rules.checksAddress ? addressProblem(lead, rules.communicationType) : undefined;
	if (address) return address;
	const since = rules.repliedSince === 'last_message' ? lastSentAt : rules.repliedSince;
	if (repliedAt !== null && since !== null && repliedAt >= since) return 'replied';
	return undefined;
}

/** The first moment that is within the cap and in the window; waiting for the one may run into the other again. */
function firstAllowed(taken: readonly TakenTimes[], { window }: SendRules, time: number): number | null {
	let from = time;
	for (;;) {
		const free = nextFree(taken, from);
		const opening = nextOpening(window, free);
		if (opening === null || opening === free) return opening;
		from = opening;
	}
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
