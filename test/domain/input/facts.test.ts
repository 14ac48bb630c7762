import { describe, expect, it, test } from 'vitest';
import { z } from 'zod/v4';

import { factsAt, factsOf, factsOfField, withFacts } from '../../../domain/input/facts';
import { parseInput } from '../../../domain/input/parseInput';

const made = (schema: z.ZodType = z.string()) => withFacts(schema, { isShown: true, form: 'moment' });
const FACTS = { isShown: true, form: 'moment' };

describe('what is known of a schema', () => {
	it.each<[string, z.ZodType]>([
		['itself', made()],
		['optional', made().optional()],
		['nullable', made().nullable()],
		['nullish', made().nullish()],
		['default', made().default('x')],
		['prefault', made().prefault('x')],
		['catch', made().catch('x')],
		['readonly', made().readonly()],
		['nonoptional', z.nonoptional(made().optional())],
		['a transform behind it', made().transform((value) => value)],
		['a schema behind it', made().pipe(z.string())],
		['a preprocess before it', z.preprocess((value) => value, made())],
		['all of them', z.preprocess((value) => value, made().nullish().default('x')).optional()],
	])('is known through %s', (_, schema) => {
		expect(factsOf(schema)).toEqual(FACTS);
	});

	it('is what was said last: a wrapper may know more than what it wraps', () => {
		expect(factsOf(withFacts(made().optional(), { isShown: false }))).toEqual({ ...FACTS, isShown: false });
	});

	it('does not outlive another check, which may be about something else', () => {
		expect(factsOf(made().refine(() => true))).toEqual({});
	});

	it('says by itself what a boolean and a list of numbers are', () => {
		const number = withFacts(z.number(), { isShown: true, form: 'number' });
		expect(factsOf(z.boolean().default(false))).toEqual({ form: 'flag' });
		expect(factsOf(z.array(number).min(1).optional())).toEqual({ isShown: true, form: 'ids' });
		expect(factsOf(z.array(z.string()))).toEqual({});
	});
});

describe('what is known of a field', () => {
	const schema = z
		.strictObject({
			at: made().optional(),
			list: z.array(made()),
			inner: z.object({ at: made() }).default({ at: 'x' }),
		})
		.refine(() => true);

	it.each<[PropertyKey[], object]>([
		[['at'], FACTS],
		[['list', 2], FACTS],
		[['inner', 'at'], FACTS],
		[['inner'], {}],
		[['inner', 'other'], {}],
		[['list', 'length'], {}],
		[['constructor'], {}],
		[['__proto__', 'at'], {}],
		[['at', 0], {}],
	])('is found by the path %j', (path, facts) => {
		expect(factsAt(schema, path)).toEqual(facts);
	});

	it('is found in the values of a record, and in the first schema of a union that has it', () => {
		expect(factsAt(z.record(z.string(), made()), ['any'])).toEqual(FACTS);
		const union = z.union([z.object({ b: z.string() }), z.object({ a: made() })]);
		expect(factsOfField(union, 'a')).toEqual(FACTS);
		expect(factsOfField(union, 'c')).toBeUndefined();
	});

	test('an error repeats the value of a field that may be shown, and no other', () => {
		const given = { at: 17, list: ['a'], inner: { at: 'x' } };
		expect(() => parseInput(schema, given)).toThrow(/^at must be text: 17$/);
		expect(() => parseInput(schema, { ...given, at: 'x', inner: 'Ada' })).toThrow(
			/^inner must be an object$/,
		);
		expect(() => parseInput(schema, { ...given, at: 'x', Ada: 'Ada' })).toThrow(
			/^Ada is not a field that can be set here$/,
		);
	});
});
