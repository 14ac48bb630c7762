import { describe, expect, it } from 'vitest';

import { tagKey } from '../../../domain/outreach/blockTags';
import { effectiveSendRules } from '../../../domain/outreach/effectiveSendRules';
import type { SendSettings } from '../../../domain/outreach/sendRules';

describe('the tags that block a transactional message', () => {
	const blocks = (tag: string, settings: SendSettings = {}) => {
		const check = { leadId: 1, communicationType: 'email', isTransactional: true } as const;
		return effectiveSendRules(check, settings, { time: 0, leadTimezone: null }).blockTags.has(tagKey(tag));
	};

	it.each(['do not contact', 'Do-Not-Contact', 'DNC', 'do not email', 'do not mail', 'do not text'])(
		'include %s',
		(tag) => {
			expect(blocks(tag)).toBe(true);
		},
	);

	it.each(['unsubscribed', 'unsubscribe', 'opt out', 'opted out', 'bounced'])('do not include %s', (tag) => {
		expect(blocks(tag)).toBe(false);
	});

	it('are among those that the organization names', () => {
		const blockTags = ['dnc', 'vip'];
		expect(blocks('DNC', { blockTags })).toBe(true);
		expect(blocks('vip', { blockTags })).toBe(false);
		expect(blocks('do not contact', { blockTags })).toBe(false);
	});
});
