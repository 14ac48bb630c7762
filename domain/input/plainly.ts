import type { z } from 'zod/v4';

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
