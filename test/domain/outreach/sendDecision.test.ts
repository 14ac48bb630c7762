import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { COMMUNICATION_TYPES } from '../../../domain/communication/communication';
import { LEAD_STATUSES } from '../../../domain/lead/labels';
import { blockingTags, DEFAULT_BLOCK_TAGS } from '../../../domain/outreach/blockTags';
import { decideSend, type SendFacts } from '../../../domain/outreach/sendDecision';
import type { SendRules } from '../../../domain/outreach/sendRules';
import { SUPPRESSION_REASONS } from '../../../domain/outreach/suppression';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const always = { timezone: 'UTC', fromMinute: 0, untilMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const lead = {
	email: 'ada@example.com',
	phone: '+43 (1) 234-5678',
	linkedinUrl: 'https://www.linkedin.com/in/ada',
	status: 'NEW',
	tags: [],
} as const;
const decide = (facts: Partial<SendFacts> = {}, rules: Partial<SendRules> = {}) =>
	decideSend(
		{
			leadId: 1,
			lead,
			suppressedFor: [],
			contactedAt: [],
			lastSentAt: null,
			repliedAt: null,
			...facts,
		},
		{
			communicationType: 'email',
			window: always,
			cap: null,
			repliedSince: null,
			allowClosed: false,
			blockTags: new Set(),
			isTransactional: false,
			checksAddress: true,
			...rules,
		},
		NOW,
	);

describe('a decision to send', () => {
	it('is a block without a lead, or with one that is closed', () => {
		expect(decide({ lead: null }).reason).toBe('lead_not_found');
		for (const status of ['CLOSED_WON', 'CLOSED_LOST'] as const) {
			expect(decide({ lead: { ...lead, status } }).reason).toBe('status_closed');
			expect(decide({ lead: { ...lead, status } }, { allowClosed: true }).decision).toBe('allow');
		}
	});

	it.each<[SendRules['communicationType'], Partial<NonNullable<SendFacts['lead']>>, string]>([
		['email', { email: '' }, 'address_missing'],
		['email', { email: 'nobody' }, 'address_invalid'],
		['sms', { phone: null }, 'address_missing'],
		['call', { phone: '  ' }, 'address_missing'],
		['sms', { phone: '12' }, 'address_invalid'],
		['sms', { phone: '+1 234 567 890 123 456' }, 'address_invalid'],
		['call', { phone: 'ask Bob' }, 'address_invalid'],
		['linkedin', { linkedinUrl: 'https://example.com/ada' }, 'address_invalid'],
		['sms', {}, 'ok'],
		['linkedin', {}, 'ok'],
		['meeting', { email: '', phone: null, linkedinUrl: null }, 'ok'],
	])('by %s with %o is %s', (communicationType, changed, reason) => {
		expect(decide({ lead: { ...lead, ...changed } }, { communicationType }).reason).toBe(reason);
	});

	it('is a block from a reply on, and not for one before', () => {
		expect(decide({ repliedAt: NOW - DAY }, { repliedSince: NOW - DAY }).reason).toBe('replied');
		expect(decide({ repliedAt: NOW - DAY - 1 }, { repliedSince: NOW - DAY }).decision).toBe('allow');
		expect(decide({ repliedAt: NOW - DAY }).decision).toBe('allow');
	});

	it('is a block after a reply to the last message, where no other moment counts', () => {
		const rules = { repliedSince: 'last_message' } as const;
		expect(decide({ lastSentAt: NOW - 2 * DAY, repliedAt: NOW - DAY }, rules).reason).toBe('replied');
		expect(decide({ lastSentAt: NOW - DAY, repliedAt: NOW - 2 * DAY }, rules).decision).toBe('allow');
		expect(decide({ repliedAt: NOW - DAY }, rules).decision).toBe('allow');
	});

	it('is a block for who must not be contacted, whatever else is allowed', () => {
		for (const reason of SUPPRESSION_REASONS) {
			expect(decide({ suppressedFor: [reason] }).reason).toBe(reason);
			const decided = decide({ suppressedFor: [reason] }, { isTransactional: true });
			expect(decided.reason).toBe(reason === 'unsubscribed' ? 'ok' : reason);
		}
		expect(decide({ suppressedFor: ['unsubscribed', 'do_not_contact'] }).reason).toBe('do_not_contact');
	});

	it('is a block by a tag, however it is written', () => {
		const blockTags = blockingTags(DEFAULT_BLOCK_TAGS);
		for (const tag of ['unsubscribed', 'Do Not Contact', 'do-not_contact', 'OPT-OUT', 'Opted out!', 'dnc']) {
			expect(decide({ lead: { ...lead, tags: ['vip', tag] } }, { blockTags }).reason).toBe('blocked_tag');
		}
		for (const tag of ['subscribed', 'contact', '!!!', '']) {
			expect(decide({ lead: { ...lead, tags: [tag] } }, { blockTags }).decision).toBe('allow');
		}
	});

	it('leaves room for what is scheduled later: no period may hold more than the cap', () => {
		const cap = { count: 2, periodDays: 7 };
		const later = [NOW + DAY, NOW + 3 * DAY];
		expect(decide({ contactedAt: later }, { cap })).toMatchObject({
			reason: 'frequency_cap',
			until: NOW + 8 * DAY,
		});
		expect(decide({ contactedAt: [NOW - 4 * DAY, NOW + 3 * DAY] }, { cap })).toMatchObject({
			decision: 'allow',
		});
		expect(decide({ contactedAt: [NOW - 3 * DAY, NOW + 3 * DAY] }, { cap })).toMatchObject({
			reason: 'frequency_cap',
			until: NOW + 4 * DAY,
		});
		expect(decide({ contactedAt: [NOW + 7 * DAY, NOW + 7 * DAY] }, { cap }).decision).toBe('allow');
	});

	it('waits for the cap, and then for the window', () => {
		const cap = { count: 2, periodDays: 7 };
		const contactedAt = [NOW - DAY, NOW - 3 * DAY, NOW - 20 * DAY];
		expect(decide({ contactedAt }, { cap })).toEqual({
			decision: 'defer',
			reason: 'frequency_cap',
			until: NOW + 4 * DAY,
		});
		const window = { ...always, fromMinute: 13 * 60 };
		expect(decide({ contactedAt }, { cap, window })).toMatchObject({
			reason: 'frequency_cap',
			until: NOW + 4 * DAY + DAY / 24,
		});
		expect(decide({}, { cap, window })).toMatchObject({ reason: 'outside_window', until: NOW + DAY / 24 });
		expect(decide({ contactedAt: [NOW - 7 * DAY, NOW - 7 * DAY] }, { cap }).decision).toBe('allow');
	});
});

/** Slow and plain: no period of so many days that holds the new contact, wherever it begins, holds more than the cap. */
function isWithinCap(
	contactedAt: number[],
	{ count, periodDays }: NonNullable<SendRules['cap']>,
	time: number,
) {
	const period = periodDays * DAY;
	return [...contactedAt, time].every((begin) => {
		if (begin > time || time >= begin + period) return true;
		return contactedAt.filter((at) => at >= begin && at < begin + period).length + 1 <= count;
	});
}

const anyFacts: fc.Arbitrary<SendFacts> = fc.record({
	leadId: fc.constant(1),
	lead: fc.option(
		fc.record({
			email: fc.constantFrom('', 'ada@example.com', 'x@', 'ada'),
			phone: fc.option(fc.constantFrom('', '+43 1 2345678', 'none')),
			linkedinUrl: fc.option(fc.constantFrom('linkedin.com/in/ada', 'https://x.test')),
			status: fc.constantFrom(...LEAD_STATUSES),
			tags: fc.subarray(['vip', 'Do-not contact']),
		}),
		{ freq: 6 },
	),
	suppressedFor: fc.subarray([...SUPPRESSION_REASONS], { maxLength: 1 }),
	contactedAt: fc.array(fc.integer({ min: NOW - 40 * DAY, max: NOW + 40 * DAY }), { maxLength: 12 }),
	lastSentAt: fc.option(fc.integer({ min: NOW - 40 * DAY, max: NOW })),
	repliedAt: fc.option(fc.integer({ min: NOW - 40 * DAY, max: NOW })),
});
const anyRules: fc.Arbitrary<SendRules> = fc.record({
	communicationType: fc.constantFrom(...COMMUNICATION_TYPES),
	window: fc
		.record({
			timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
			fromMinute: fc.integer({ min: 0, max: 1439 }),
			untilMinute: fc.integer({ min: 1, max: 1440 }),
			weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
		})
		.filter(({ fromMinute, untilMinute }) => fromMinute !== untilMinute),
	cap: fc.option(
		fc.record({ count: fc.integer({ min: 1, max: 5 }), periodDays: fc.integer({ min: 1, max: 30 }) }),
	),
	repliedSince: fc.option(
		fc.oneof(fc.constant('last_message' as const), fc.integer({ min: NOW - 40 * DAY, max: NOW })),
	),
	allowClosed: fc.boolean(),
	blockTags: fc.constantFrom(new Set<string>(), blockingTags(DEFAULT_BLOCK_TAGS)),
	isTransactional: fc.boolean(),
	checksAddress: fc.boolean(),
});

describe('any decision', () => {
	const always3000 = { numRuns: 3000 };

	it('that defers allows at the moment it names, by the same facts, and not just before', () => {
		fc.assert(
			fc.property(anyFacts, anyRules, (facts, rules) => {
				const { decision, until } = decideSend(facts, rules, NOW);
				if (decision !== 'defer') return;
				expect(until).toBeGreaterThan(NOW);
				expect(decideSend(facts, rules, until).decision).toBe('allow');
				expect(decideSend(facts, rules, until - 1)).toMatchObject({ decision: 'defer', until });
			}),
			always3000,
		);
	});

	it('that defers for the cap alone leaves no earlier moment within it', () => {
		fc.assert(
			fc.property(anyFacts, anyRules, fc.double({ min: 0, max: 1, noNaN: true }), (facts, rules, share) => {
				const { reason, until } = decideSend(facts, { ...rules, window: always }, NOW);
				if (reason !== 'frequency_cap' || !rules.cap) return;
				const earlier = NOW + Math.floor((until - 1 - NOW) * share);
				expect(isWithinCap([...facts.contactedAt], rules.cap, earlier)).toBe(false);
			}),
			always3000,
		);
	});

	it('that allows keeps the cap, in every period that holds the new message', () => {
		fc.assert(
			fc.property(anyFacts, anyRules, (facts, rules) => {
				if (decideSend(facts, rules, NOW).decision !== 'allow' || !rules.cap) return;
				expect(isWithinCap([...facts.contactedAt], rules.cap, NOW)).toBe(true);
			}),
			always3000,
		);
	});

	it('is not eased by a further contact, a later reply or a closed lead', () => {
		const rank = { allow: 0, defer: 1, block: 2 };
		fc.assert(
			fc.property(anyFacts, anyRules, (facts, rules) => {
				const before = rank[decideSend(facts, rules, NOW).decision];
				for (const worse of [
					{ ...facts, contactedAt: [NOW, ...facts.contactedAt] },
					{ ...facts, repliedAt: NOW },
					{ ...facts, lead: facts.lead && { ...facts.lead, status: 'CLOSED_LOST' as const } },
				]) {
					expect(rank[decideSend(worse, rules, NOW).decision]).toBeGreaterThanOrEqual(before);
				}
			}),
			always3000,
		);
	});
});
