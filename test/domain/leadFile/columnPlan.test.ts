import { describe, expect, test } from 'vitest';

import { readMapping } from '../../../domain/leadFile/columnMap';
import { planColumns } from '../../../domain/leadFile/columnPlan';
import { placeOf, targetOf } from '../../../domain/leadFile/target';

const say = (option: string, value: string) => `--${option} "${value}"`;
const context = (map: string[] = [], isStrict = false) => ({
	map: readMapping(map),
	isStrict,
	register: [],
	say,
});

const places = (headings: string[], map: string[] = []) =>
	planColumns(headings, context(map)).columns.map(({ target }) => placeOf(target));

describe('headings', () => {
	test.each([
		['E-mail', 'email'],
		['first_name', 'firstName'],
		['Téléphone', 'phone'],
		['Deal Value (EUR)', 'value'],
		['Budget in CHF', 'value'],
		['value_cents', 'value'],
		['Schlagwörter', 'tags'],
		['Lead Score', 'score'],
		['customFields.shoe size', 'customFields.shoe size'],
	])('%s is %s', (heading, place) => {
		expect(placeOf(targetOf(heading, []) ?? { leftOut: 'unknown' })).toBe(place);
	});

	test.each(['Name', 'Fax', 'Street', 'Valuation', 'id', 'createdAt', '', '__proto__', 'constructor'])(
		'%j leads nowhere',
		(heading) => {
			expect(places(['email', heading])).toEqual(['email', null]);
		},
	);

	test('a name is half of one where the other half stands beside', () => {
		expect(places(['email', 'Vorname', 'Name'])).toEqual(['email', 'firstName', 'lastName']);
		expect(places(['email', 'Nom', 'Prénom'])).toEqual(['email', 'lastName', 'firstName']);
	});
});

test.each(['Emial', 'Compnay', 'Webiste', 'Telphone', 'Expeted close date'])(
	'%s is nearly a field',
	(heading) => {
		expect(() => planColumns(['mail', heading].slice(heading === 'Emial' ? 1 : 0), context())).toThrow(
			`The column "${heading}" is nearly called like`,
		);
	},
);

test.each(['State', 'Fax', 'Number', 'Street', 'Region', 'Country', 'Position 2', 'Market', 'Date'])(
	'%s is a word of its own',
	(heading) => {
		expect(places(['email', heading])).toEqual(['email', null]);
	},
);

test('all questions are asked at once, and nothing else is', () => {
	expect(() =>
		planColumns(['email', 'phone', 'mobile', 'company', 'firm', 'Webiste', 'organization'], context()),
	).toThrow(/phone.*mobile.*company.*organization.*Webiste/);
});

test('what somebody says counts more than what a column is called', () => {
	expect(places(['email', 'phone', 'mobile'], ['mobile=phone'])).toEqual(['email', null, 'phone']);
	expect(places(['email', 'A=B'], ['A=B=customFields.a'])).toEqual(['email', 'customFields.a']);
	expect(places(['email', 'x', 'x'], ['#3=notes'])).toEqual(['email', null, 'notes']);
	expect(() => places(['email', 'a', 'b'], ['a=phone', 'b=phone'])).toThrow('are both for phone');
});

test.each([
	['Value (cents)', 'Deal value (USD)'],
	['Valeu (cents)', 'Company'],
	['Deal value (USD)', 'Value (cents)'],
])('what a question about %s advises keeps its unit', (heading, other) => {
	const own = targetOf(heading.replace('Valeu', 'Value'), []);
	let told = '';
	try {
		planColumns(['email', heading, other], context());
	} catch (error) {
		told = (error as Error).message;
	}
	const advised = /--map "(.*?)"/.exec(told)?.[1] ?? 'none';
	const { columns } = planColumns(['email', heading, other], context([advised]));
	expect(columns[1]?.target).toEqual(own);
});
