import { z } from 'zod/v4';

import { COMMUNICATION_TYPES, type CommunicationType } from '../communication/communication';
import { label, leadId } from '../input/field';

/** Why somebody must not be contacted. A transactional message may go to who has only unsubscribed. */
export const SUPPRESSION_REASONS = [
	'address_bounced',
	'complained',
	'do_not_contact',
	'unsubscribed',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Where it is known from: somebody said so, or the mail server refused the address for good. */
export const SUPPRESSION_SOURCES = ['bounce', 'person'] as const;
type SuppressionSource = (typeof SUPPRESSION_SOURCES)[number];

/** One thing that keeps a lead from being contacted by one type. */
export interface Suppression {
	communicationType: CommunicationType;
	reason: SuppressionReason;
	source: SuppressionSource;
	/** It concerns the address: every lead that has it, also one that is created later. Else the lead, whatever its address. */
	isOfAddress: boolean;
	/** The acting user who set it, where known. */
	userId: number | null;
	/** ISO 8601 in UTC. */
	createdAt: string;
}

/** What is known of a lead after its suppressions were set or lifted. */
export interface LeadSuppressions {
	leadId: number;
	/** Every type by which it must not be contacted. */
	blockedTypes: CommunicationType[];
	suppressions: Suppression[];
}

const communicationTypes = z
	.array(label(COMMUNICATION_TYPES))
	.min(1, 'names no type; leave it out for all of them')
	.transform((types) => [...new Set(types)])
	.default([...COMMUNICATION_TYPES]);

/** A lead that must not be contacted, by these types; by all when left out. */
export const suppressSchema = z.strictObject({
	leadId,
	communicationTypes,
	reason: label(SUPPRESSION_REASONS).default('do_not_contact'),
});
export type Suppress = z.output<typeof suppressSchema>;

/**
 * One reason that no longer keeps a lead from being contacted by these types; by all when left out. Without a reason it is the
 * only one that is no wish of the lead.
 */
export const unsuppressSchema = z.strictObject({
	leadId,
	communicationTypes,
	reason: label(SUPPRESSION_REASONS).default('address_bounced'),
});
export type Unsuppress = z.output<typeof unsuppressSchema>;

/**
 * Enhanced status codes with which a server says that there is no such mailbox or domain (RFC 3463, section 3.2, and RFC 7505 for
 * a domain that takes no mail). Not the one for anything else about an address (5.1.0), those of the sender's address (5.1.7, 5.1.8), of a mailbox that is full or switched
 * off for a while (5.2.x) and of policy (5.7.x): these say nothing about whether the address exists.
 */
const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);

/**
 * Whether a server's refusal of a recipient means that the address will never take mail.
 *
 * @param responseCode the reply's number, such as 550
 * @param enhancedCode its enhanced status code, such as `5.1.1`; without one, a refusal may have any reason
 */
export function isAddressDead(responseCode: number, enhancedCode: string | undefined): boolean {
	return responseCode >= 500 && enhancedCode !== undefined && NO_SUCH_ADDRESS.has(enhancedCode);
}
