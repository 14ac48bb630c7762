import { describe, expect, it } from 'vitest';

import { parseInput } from '../../../domain/input/parseInput';
import { isAddressDead, suppressSchema, unsuppressSchema } from '../../../domain/outreach/suppression';

describe('a refusal of a recipient', () => {
	it.each(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'])(
		'with %s says that there is no such address',
		(code) => {
			expect(isAddressDead(550, code)).toBe(true);
		},
	);

	it.each([
		[550, undefined],
		[550, '5.1.0'],
		[550, '5.7.1'],
		[550, '5.7.26'],
		[550, '5.1.7'],
		[550, '5.1.8'],
		[552, '5.2.2'],
		[554, '5.4.6'],
		[450, '5.1.1'],
		[450, '4.1.1'],
	])('with %s and %s does not', (reply, code) => {
		expect(isAddressDead(reply, code)).toBe(false);
	});
});

describe('a suppression', () => {
	it('is by every type when none is named, each once', () => {
		expect(parseInput(suppressSchema, { leadId: 1 })).toMatchObject({ reason: 'do_not_contact' });
		expect(parseInput(suppressSchema, { leadId: 1 }).communicationTypes).toHaveLength(5);
		const twice = { leadId: 1, communicationTypes: ['sms', 'sms'] };
		expect(parseInput(suppressSchema, twice).communicationTypes).toEqual(['sms']);
		expect(() => parseInput(suppressSchema, { leadId: 1, reason: 'because' })).toThrow(
			/reason must be one of/,
		);
	});

	it('is neither set nor lifted by an empty list of types', () => {
		const none = { leadId: 1, communicationTypes: [] };
		expect(() => parseInput(suppressSchema, none)).toThrow(/communicationTypes names no type/);
		expect(() => parseInput(unsuppressSchema, none)).toThrow(/communicationTypes names no type/);
	});
});
