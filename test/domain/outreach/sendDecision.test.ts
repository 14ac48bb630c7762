import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { COMMUNICATION_TYPES } from '../../../domain/communication/communication';
import { LEAD_STATUSES } from '../../../domain/lead/labels';
import { decideSend, type SendFacts } from '../../../domain/outreach/sendDecision';
import type { SendRules } from '../../../domain/outreach/sendRules';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const always = { timezone: 'UTC', fromMinute: 0, untilMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const lead = {
	email: 'ada@example.com',
	phone: '+43 (1) 234-5678',
	linkedinUrl: 'https://www.linkedin.com/in/ada',
	status: 'NEW',
} as const;
const decide = (facts: Partial<SendFacts> = {}, rules: Partial<SendRules> = {}) =>
	decideSend(
		{ leadId: 1, lead, contactedAt: [], repliedAt: null, ...facts },
		{
			communicationType: 'email',
			window: always,
			cap: null,
			repliedSince: null,
			allowClosed: false,
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

const anyFacts: fc.Arbitrary<SendFacts> = fc.record({
	leadId: fc.constant(1),
	lead: fc.option(
		fc.record({
			email: fc.constantFrom('', 'ada@example.com', 'x@', 'ada'),
			phone: fc.option(fc.constantFrom('', '+43 1 2345678', 'none')),
			linkedinUrl: fc.option(fc.constantFrom('linkedin.com/in/ada', 'https://x.test')),
			status: fc.constantFrom(...LEAD_STATUSES),
		}),
		{ freq: 6 },
	),
	contactedAt: fc.array(fc.integer({ min: NOW - 40 * DAY, max: NOW }), { maxLength: 8 }),
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
	repliedSince: fc.option(fc.integer({ min: NOW - 40 * DAY, max: NOW })),
	allowClosed: fc.boolean(),
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

	it('that allows keeps the cap', () => {
		fc.assert(
			fc.property(anyFacts, anyRules, (facts, rules) => {
				if (decideSend(facts, rules, NOW).decision !== 'allow' || !rules.cap) return;
				const { count, periodDays } = rules.cap;
				const within = facts.contactedAt.filter((at) => at > NOW - periodDays * DAY);
				expect(within.length + 1).toBeLessThanOrEqual(count);
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
