import { type DecimalMark, readDecimal } from './decimal';

/** The most that a lead can be worth, in cents. */
const MOST_CENTS = 2_147_483_647;

/** A value as it is stored, or what is wrong with it: the problem and, after a semicolon, the remedy. */
export type Reading<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string };

/** An amount in whole units of money as cents: 120050 of "1.200,50". */
export function readMoney(text: string, mark: DecimalMark): Reading<number> {
	const example = mark === ',' ? '1200,50' : '1200.50';
	const decimal = readDecimal(text, mark);
	if (decimal === undefined) {
		return {
			problem: `is no amount of money with a decimal ${nameOfMark(mark)}: "${shown(text)}"; write it as ${example}, in whole units of money`,
		};
	}
	if (decimal.startsWith('-')) return { problem: 'is below zero; write an amount from 0 on' };
	const [whole = '0', decimals = ''] = decimal.split('.');
	const cents = decimals.replace(/0+$/, '');
	if (cents.length > 2) {
		return {
			problem: `has a fraction of a cent: "${shown(text)}"; write at most two decimals, as ${example}`,
		};
	}
	return inRange(Number(`${whole}${cents.padEnd(2, '0')}`));
}

/** An amount in cents: a whole number. */
export function readCents(text: string): Reading<number> {
	if (/^\d+$/.test(text)) return inRange(Number(text));
	return {
		problem: `is not a whole number of cents: "${shown(text)}"; write 120050 for 1,200.50, or call the column "value" when it holds whole units of money`,
	};
}

/** How sentences call a decimal mark. */
export function nameOfMark(mark: DecimalMark): 'comma' | 'point' {
	return mark === ',' ? 'comma' : 'point';
}

function inRange(cents: number): Reading<number> {
	if (cents <= MOST_CENTS) return { value: cents };
	return { problem: 'is more than 21,474,836.47, the most that a lead can hold; write a smaller amount' };
}

function shown(text: string): string {
	return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
