import { describe, expect, it } from 'vitest';

import { parseInput } from '../../../domain/input/parseInput';
import { arranged, pipelineSchema, withChange } from '../../../domain/pipeline/arrange';
import { isStandard, kindOf, meantValue, standardPipeline } from '../../../domain/pipeline/pipeline';

const standard = standardPipeline();
const labelled = (kind: 'status' | 'source', value: string, label: string) =>
	withChange(standard, kind, value, { label });

describe('a pipeline of which nothing is decided', () => {
	it('has every value in its order, by its standard name', () => {
		expect(standard.status.map(({ label }) => label)).toEqual([
			'New',
			'Contacted',
			'Qualified',
			'Proposal',
			'Negotiation',
			'Closed Won',
			'Closed Lost',
		]);
		expect(standard.leadTemperature.map(({ value }) => value)).toEqual(['hot', 'warm', 'cold']);
		expect(isStandard(standard.status, 'status')).toBe(true);
	});
});

describe('a label', () => {
	const { status } = labelled('status', 'CLOSED_WON', 'Vertrag unterschrieben');

	it.each(['CLOSED_WON', 'closed won', 'Closed-Won', 'Vertrag unterschrieben', ' VERTRAG UNTERSCHRIEBEN '])(
		'or a name such as "%s" means its value',
		(given) => {
			expect(meantValue(status, 'status', given)).toBe('CLOSED_WON');
		},
	);

	it.each(['', 'Vertrag', '__proto__'])('means nothing where it is none: "%s"', (given) => {
		expect(meantValue(status, 'status', given)).toBeUndefined();
	});

	it.each([
		['Closed Lost', 'CLOSED_LOST'],
		['closed-lost', 'CLOSED_LOST'],
		['new', 'NEW'],
	])('cannot be another value’s name: "%s"', (label, rival) => {
		expect(() => labelled('status', 'CLOSED_WON', label)).toThrow(
			`The label "${label}" of CLOSED_WON could also mean ${rival}`,
		);
	});

	it('cannot be another value’s label, but may be its own name, or that of another kind', () => {
		const once = labelled('status', 'CLOSED_WON', 'Unterschrieben');
		expect(() => withChange(once, 'status', 'PROPOSAL', { label: 'unterschrieben' })).toThrow(
			'could also mean CLOSED_WON',
		);
		expect(labelled('status', 'NEW', 'new').status[0]?.label).toBe('new');
		expect(labelled('source', 'EVENT', 'New').source.find(({ value }) => value === 'EVENT')?.label).toBe(
			'New',
		);
	});
});

describe('a change', () => {
	it('moves a value, and takes its label for the value', () => {
		const moved = withChange(labelled('status', 'NEW', 'Fresh'), 'status', 'fresh', { position: 3 });
		expect(moved.status.slice(0, 4).map(({ value }) => value)).toEqual([
			'CONTACTED',
			'QUALIFIED',
			'NEW',
			'PROPOSAL',
		]);
		expect(withChange(standard, 'status', 'NEW', { position: 99 }).status.at(-1)?.value).toBe('NEW');
		expect(withChange(standard, 'status', 'closed lost', { position: 1 }).status[0]?.value).toBe(
			'CLOSED_LOST',
		);
	});

	it('hides values, but not all of them', () => {
		const hot = withChange(standard, 'leadTemperature', 'hot', { isHidden: true });
		const warm = withChange(hot, 'leadTemperature', 'warm', { isHidden: true });
		expect(warm.leadTemperature.map(({ isHidden }) => isHidden)).toEqual([true, true, false]);
		expect(() => withChange(warm, 'leadTemperature', 'cold', { isHidden: true })).toThrow(
			'Every leadTemperature would be hidden',
		);
	});

	it('of a value that there is not is refused with those there are', () => {
		expect(() => withChange(standard, 'status', 'WON', { label: 'x' })).toThrow(
			'status must be one of NEW, CONTACTED, QUALIFIED, PROPOSAL, NEGOTIATION, CLOSED_WON, CLOSED_LOST: "WON"',
		);
	});
});

describe('a description of a pipeline', () => {
	const read = (given: unknown) => arranged(parseInput(pipelineSchema, given));

	it('puts what it names first, and leaves the rest as it is', () => {
		const { status, source } = read({
			status: [
				{ value: 'closed won', label: ' Signed ' },
				{ value: 'NEW', isHidden: true },
			],
		});
		expect(status.slice(0, 3)).toEqual([
			{ value: 'CLOSED_WON', label: 'Signed', isHidden: false },
			{ value: 'NEW', label: 'New', isHidden: true },
			{ value: 'CONTACTED', label: 'Contacted', isHidden: false },
		]);
		expect(source).toEqual(standard.source);
	});

	it('can be what it gives', () => {
		const made = read({ source: [{ value: 'EVENT', label: 'Trade fair' }] });
		expect(read(JSON.parse(JSON.stringify(made)))).toEqual(made);
	});

	it.each([
		[{ status: [{ value: 'NEW' }, { value: 'new' }] }, /status lists NEW twice/],
		[{ status: [{ value: 'WON' }] }, /must be one of NEW/],
		[{ status: [{ value: 'NEW', label: '' }] }, /is empty or longer than one line/],
		[{ status: [{ value: 'NEW', label: 'a\nb' }] }, /is empty or longer than one line/],
		[{ status: [{ value: 'NEW', label: 'x'.repeat(101) }] }, /longer than 100 characters/],
		[
			{
				status: [
					{ value: 'NEW', label: 'A' },
					{ value: 'PROPOSAL', label: 'a' },
				],
			},
			/could also mean/,
		],
		[{ statuses: [] }, /is not a field that can be set/],
		[{ status: 'NEW' }, /must be a list of values/],
		[[], /must be an object|is of the wrong type|expected/i],
	])('%j is refused', (given, message) => {
		expect(() => read(given)).toThrow(message);
	});
});

it('the kind of a field is known by the values that it takes', () => {
	expect(kindOf(['hot', 'warm', 'cold'])).toBe('leadTemperature');
	expect(kindOf(['draft', 'active'])).toBeUndefined();
	expect(kindOf(undefined)).toBeUndefined();
});
