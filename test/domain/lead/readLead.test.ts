import { describe, expect, expectTypeOf, it } from 'vitest';

import { checkCustomFields } from '../../../domain/customField/checkedCustomFields';
import type { CustomField } from '../../../domain/customField/customField';
import { ValidationError } from '../../../domain/error/errors';
import { parseInput } from '../../../domain/input/parseInput';
import { Unreadable } from '../../../domain/input/unreadable';
import { newLeadSchema, upsertLeadSchema } from '../../../domain/lead/input';
import { readLead } from '../../../domain/lead/readLead';

const field = (key: string, type: CustomField['type'], more: Partial<CustomField> = {}): CustomField => ({
	key,
	label: key,
	type,
	options: [],
	isRequired: false,
	position: 0,
	...more,
});
const register = new Map(
	[field('seats', 'number'), field('plan', 'select', { options: ['Gold'] }), field('vip', 'boolean')].map(
		(one) => [one.key, one],
	),
);

/** What becomes of an input, the register at hand. */
const read = (given: Record<string, unknown>, required: CustomField[] = []) =>
	checkCustomFields(readLead(upsertLeadSchema, given), register, required);

/** The error of an input that is refused. */
function refusal(work: () => unknown): ValidationError {
	try {
		const result = work() as { error?: unknown } | undefined;
		if (result?.error instanceof ValidationError) return result.error;
	} catch (error) {
		if (error instanceof ValidationError) return error;
		throw error;
	}
	throw new Error('It was not refused');
}

const wrong = {
	email: 'nobody',
	status: 'WON',
	score: 140,
	expectedCloseDate: 'soon',
	tags: 5,
	customFields: { seats: 'many', plan: 'Silver', vip: 'yes', free: 2 ** 60 },
};

describe('everything that is wrong', () => {
	it('is named at once, columns and custom fields, each with its remedy', () => {
		const error = refusal(() => read(wrong));
		expect(error.problems.map(({ field: name }) => name)).toEqual([
			'email',
			'status',
			'score',
			'expectedCloseDate',
			'tags',
			'customFields.seats',
			'customFields.plan',
			'customFields.free',
		]);
		expect(error.field).toBe('email');
		expect(error.message).toMatch(/^email is not an e-mail address; status must be .*: "WON"; score must be/);
		expect(error.message).toMatch(/; wrong as well: .*customFields\.plan/);
		expect(error.description).toMatch(/^email: Write it as name@example.com. status: /);
		expect(`${error.message} ${error.description}`).not.toMatch(/nobody|many|Silver/);
	});

	it('leaves a refused input, of which nobody takes the address for granted', () => {
		const asRead = readLead(upsertLeadSchema, { email: 'no address', customFieldChanges: { seats: 1 } });
		expectTypeOf(asRead).not.toHaveProperty('email');
		expect(asRead).not.toHaveProperty('email');
		expect(asRead).toMatchObject({ problems: [{ field: 'email' }] });
	});

	it('is one error where there is one problem', () => {
		const error = refusal(() => parseInput(newLeadSchema, { email: 'a@x.test', score: 140 }));
		expect([error.message, error.description]).toEqual([
			'score must be from 0 to 100: 140',
			'The largest is 100.',
		]);
	});

	it('includes what could not be converted, in the words of that', () => {
		const problem = {
			field: 'customFields',
			message: 'customFields is not valid JSON',
			description: 'Give JSON.',
		};
		const given = { email: 'a@x.test', customFields: new Unreadable(problem, '{'), score: -1 };
		expect(refusal(() => parseInput(newLeadSchema, given)).problems).toMatchObject([
			problem,
			{ field: 'score' },
		]);
	});

	it('is counted when it is very much', () => {
		const keys = Array.from({ length: 30 }, (_, n) => [`key${String(n)}`, n] as const);
		const error = refusal(() =>
			parseInput(newLeadSchema, { email: 'a@x.test', ...Object.fromEntries(keys) }),
		);
		expect(error.problems).toHaveLength(30);
		expect(error.message).toMatch(/; wrong as well: key\d+, .* and \d+ more$/);
	});
});

describe('a wrong value of what a lead may lack', () => {
	const given = { ...wrong, email: 'a@x.test', company: 'Acme' };

	it('is left out by choice, and told', () => {
		const { row, ...rest } = read({ ...given, onInvalidField: 'omit' });
		expect(row).toEqual({ email: 'a@x.test', company: 'Acme', customFields: { vip: true } });
		expect(rest).toMatchObject({
			invalidFields: [
				{ field: 'status', keptAs: null },
				{ field: 'score', problem: 'score must be from 0 to 100: 140', remedy: 'The largest is 100.' },
				{ field: 'expectedCloseDate' },
				{ field: 'tags' },
				{ field: 'customFields.seats', problem: 'customFields.seats is not a number', keptAs: null },
				{ field: 'customFields.plan' },
				{ field: 'customFields.free' },
			],
		});
	});

	it('is kept as text by choice, and told', () => {
		const result = read({ ...given, onInvalidField: 'Keep' });
		expect(result.row).toEqual({
			email: 'a@x.test',
			company: 'Acme',
			customFields: {
				vip: true,
				seats_unchecked: 'many',
				plan_unchecked: 'Silver',
			},
			customFieldChanges: {
				status_unchecked: 'WON',
				score_unchecked: '140',
				expectedCloseDate_unchecked: 'soon',
				tags_unchecked: '5',
				company_unchecked: null,
			},
		});
		expect(result.row && result.invalidFields[0]).toMatchObject({
			field: 'status',
			keptAs: 'customFields.status_unchecked',
		});
	});

	it('that is right later takes away what was kept', () => {
		const changes = { seats: '5', free: 1, plan: null };
		const { row } = read({
			email: 'a@x.test',
			score: 7,
			customFieldChanges: changes,
			onInvalidField: 'keep',
		});
		expect(row?.customFieldChanges).toEqual({
			score_unchecked: null,
			seats_unchecked: null,
			seats: 5,
			free: 1,
			plan: null,
		});
	});

	it('is kept as text that can be stored, whatever it is', () => {
		const { row } = read({
			email: 'a@x.test',
			company: `A\0\ud800${'x'.repeat(20_000)}`,
			tags: { a: 1 },
			onInvalidField: 'keep',
		});
		const kept = row?.customFieldChanges?.company_unchecked as string;
		expect(kept).toMatch(/^A\ufffdx+$/);
		expect(kept).toHaveLength(10_000);
		expect(row?.customFieldChanges?.tags_unchecked).toBe('{"a":1}');
	});

	it.each(['omit', 'keep'])(
		'never excuses a wrong address or a field that is none (%s)',
		(onInvalidField) => {
			const error = refusal(() => read({ ...wrong, onInvalidField, colour: 'red' }));
			expect(error.problems.map(({ field: name }) => name)).toEqual(['email', 'colour']);
		},
	);

	it.each(['omit', 'keep'])('is refused where a new lead needs it (%s)', (onInvalidField) => {
		const seats = field('seats', 'number', { isRequired: true });
		const error = refusal(() => read({ ...given, onInvalidField }, [seats]));
		expect(error.message).toBe('customFields.seats is not a number');
	});

	it('is refused when the choice itself is none', () => {
		const error = refusal(() => read({ ...given, onInvalidField: 'ignore' }));
		expect(error.problems.map(({ field: name }) => name)).toContain('onInvalidField');
	});
});

describe('dates of custom fields', () => {
	const dates = new Map([['signed', field('signed', 'date')]]);
	const signed = (value: unknown, more: Record<string, unknown> = {}) => {
		const input = { email: 'a@x.test', customFields: { signed: value }, ...more };
		return checkCustomFields(readLead(upsertLeadSchema, input), dates, []).row?.customFields;
	};

	it('have the order of a locale, and the zone of the workflow where they count from 1970', () => {
		expect(signed('01/02/2027', { dateLocale: 'de' })).toEqual({ signed: '2027-02-01' });
		expect(signed('01/02/2027', { dateLocale: 'en-US' })).toEqual({ signed: '2027-01-02' });
		const midnight = Date.parse('2027-01-05T00:00:00+09:00');
		expect(signed(midnight, { fallbackTimezone: 'Asia/Tokyo' })).toEqual({ signed: '2027-01-05' });
		expect(signed(midnight)).toEqual({ signed: '2027-01-04' });
	});
});

it.each([2 ** 70, Infinity, { deep: [-Infinity] }])(
	'%j, whose digits are lost, is refused and not kept as text',
	(free) => {
		const given = { email: 'a@x.example', customFields: { free, seats: free } };
		expect(refusal(() => read(given)).message).toContain('customFields.free is a number beyond');
		const result = read({ ...given, onInvalidField: 'keep' });
		expect(JSON.stringify(result.row)).not.toContain('unchecked');
		expect(result.row && result.invalidFields).toMatchObject([
			{ field: 'customFields.free', keptAs: null },
			{ field: 'customFields.seats', keptAs: null },
		]);
	},
);
