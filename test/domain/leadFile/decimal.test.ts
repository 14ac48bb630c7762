import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readCents, readMoney } from '../../../domain/leadFile/amount';
import { currenciesIn } from '../../../domain/leadFile/currency';
import { decimalEvidence, readDecimal } from '../../../domain/leadFile/decimal';

describe('what a number says of how its column is written', () => {
	test.each([
		['1200', 'none'],
		["1'200", 'none'],
		['1 200', 'none'],
		['1.200,50', ','],
		['1,200.50', '.'],
		['1200,5', ','],
		['1200.5', '.'],
		['1.250.000', ','],
		['12,34,567', '.'],
		['0.500', '.'],
		['0,500', ','],
		["1'200.500", '.'],
		['€ 1.200,50', ','],
		['1,200.50 USD', '.'],
		['1.200,-', ','],
		['1.200', 'both'],
		['12,500', 'both'],
		['lots', 'unreadable'],
		['12.05.2026', 'unreadable'],
		['1.2.3', 'unreadable'],
		['-', 'unreadable'],
		['12k', 'unreadable'],
	])('%s: %s', (text, evidence) => {
		expect(decimalEvidence(text)).toBe(evidence);
	});
});

test('any number of cents is read as it was written, in every way of writing it', () => {
	const way = fc.record({
		mark: fc.constantFrom(',' as const, '.' as const),
		isGrouped: fc.boolean(),
		symbol: fc.constantFrom('', '€', '$', 'EUR', 'CHF'),
		isBefore: fc.boolean(),
	});
	fc.assert(
		fc.property(fc.nat(2_147_483_647), way, (cents, { mark, isGrouped, symbol, isBefore }) => {
			const [whole = '', decimals = ''] = (cents / 100).toFixed(2).split('.');
			const separator = mark === ',' ? '.' : ',';
			const grouped = isGrouped ? whole.replaceAll(/\B(?=(\d{3})+$)/g, separator) : whole;
			const amount = `${grouped}${mark}${decimals}`;
			const text = isBefore ? `${symbol} ${amount}` : `${amount} ${symbol}`;
			expect(readMoney(text.trim(), mark)).toEqual({ value: cents });
			expect([mark, 'both']).toContain(decimalEvidence(text));
		}),
	);
});

test('money that is none is refused with the remedy in the unit of the column', () => {
	expect(readMoney('1.200,50', '.').problem).toMatch(
		/no amount of money with a decimal point.*write it as 1200\.50, in whole units/,
	);
	expect(readMoney('1,005', ',').problem).toMatch(/fraction of a cent.*1200,50/);
	expect(readMoney('-5', '.').problem).toMatch(/below zero/);
	expect(readMoney('21474836.48', '.').problem).toMatch(/more than 21,474,836\.47/);
	expect(readMoney('12,500', ',')).toEqual({ value: 1250 });
	expect(readCents('120050')).toEqual({ value: 120_050 });
	expect(readCents('1200.50').problem).toMatch(/write 120050 for 1,200\.50/);
	expect(readDecimal('−1.234,5', ',')).toBe('-1234.5');
});

test('a currency is the same by its sign and by its code', () => {
	expect(['€ 5', '5 EUR', '5 €'].flatMap(currenciesIn)).toEqual(['EUR', 'EUR', 'EUR']);
	expect(currenciesIn('USD 5 / R$ 3')).toEqual(['USD', 'BRL']);
	expect(currenciesIn('1200')).toEqual([]);
});
