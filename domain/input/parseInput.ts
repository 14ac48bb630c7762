import { type z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { factsAt } from './facts';

/**
 * Reads `value` with a schema, or throws a `ValidationError` that names the first bad field, its value where the
 * schema says that it is nothing personal, and what it should be.
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
	const parsed = schema.safeParse(value, { error: plainly });
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const { message = 'is wrong' } = issue ?? {};
	const path = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? 'value'] : (issue?.path ?? []);
	const field = path.length > 0 ? shorten(path.join('.')) : 'value';
	const [problem, remedy] = splitProblem(message);
	const isShown = factsAt(schema, path).isShown === true && !/^(is missing|cannot be null)/.test(message);
	const given = isShown ? `: ${summarise(valueAt(value, path))}` : '';
	throw new ValidationError(field, `${field} ${problem}${given}`, `${remedy ?? `Correct ${field}`}.`);
}

/** What a value of each type should be, for schemas that leave it to zod, whose words are for programmers. */
const KINDS: Record<string, string> = {
	array: 'must be a list; write it as ["a", "b"]',
	boolean: 'must be true or false; choose one of them',
	number: 'must be a number; write it in digits',
	int: 'must be a whole number; write it in digits',
	object: 'must be an object; write it as {"name": "value"}',
	record: 'must be an object; write it as {"name": "value"}',
	string: 'must be text; write it in quotes',
};

/** What is wrong with a value, and after a semicolon what to do, for an issue that its schema has no words for. */
export function plainly(issue: z.core.$ZodRawIssue): string {
	if (issue.code === 'unrecognized_keys') return 'is not a field that can be set here; remove it';
	if (issue.input === undefined) return 'is missing; fill it in';
	if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? 'is of the wrong type; correct it';
	if (issue.code === 'too_small') return `is too small; the smallest is ${issue.minimum}`;
	if (issue.code === 'too_big') return `is too large; the largest is ${issue.maximum}`;
	if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
	return 'is not valid; correct it';
}

function splitProblem(message: string): [problem: string, remedy?: string] {
	const at = message.indexOf('; ');
	if (at < 0) return [message];
	const remedy = message.slice(at + 2);
	return [message.slice(0, at), remedy.charAt(0).toUpperCase() + remedy.slice(1)];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(inner, key) =>
			typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : inner,
		value,
	);
}

function summarise(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	return shorten(typeof value === 'string' ? `"${value}"` : String(value));
}

function shorten(written: string): string {
	return written.length <= 60 ? written : `${written.slice(0, 57)}…`;
}
