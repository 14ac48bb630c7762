import type { z } from 'zod/v4';

import type { FieldProblem } from '../error/errors';
import { factsAt } from './facts';
import { plainly } from './plainly';
import { Unreadable } from './unreadable';

/** What a schema makes of a value, or everything that is wrong with it: one problem for each field, in their order. */
export type InputReading<T> =
	{ data: T; problems?: undefined } | { data?: undefined; problems: FieldProblem[] };

/** Reads a value with a schema. Values are repeated only where the schema says that they are nothing personal. */
export function readInput<T>(schema: z.ZodType<T>, value: unknown): InputReading<T> {
	const unreadable = unreadableIn(value);
	const parsed = parse(schema, value, unreadable.length > 0);
	if (parsed.success && unreadable.length === 0) return { data: parsed.data };
	const refused = (parsed.error?.issues ?? []).flatMap((issue) => problemsOf(schema, value, issue));
	const byField = new Map<string, FieldProblem>();
	// What could not be converted has a better problem than the schema, which does not know what was given.
	for (const problem of [...unreadable, ...refused]) {
		if (!byField.has(problem.field)) byField.set(problem.field, problem);
	}
	return { problems: inOrder([...byField.values()], value) };
}

/** A schema that throws by itself says nothing of a value that it could not be given. */
function parse<T>(schema: z.ZodType<T>, value: unknown, hasUnreadable: boolean) {
	try {
		return schema.safeParse(value, { error: plainly });
	} catch (error) {
		if (hasUnreadable) return { success: false as const, error: undefined };
		throw error;
	}
}

function unreadableIn(value: unknown): FieldProblem[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap((given) => (given instanceof Unreadable ? given.problem : []));
}

function problemsOf(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): FieldProblem[] {
	if (issue.code !== 'unrecognized_keys') return [problemAt(schema, value, issue.path, issue.message)];
	return issue.keys.map((key) => problemAt(schema, value, [...issue.path, key], issue.message));
}

function problemAt(
	schema: z.ZodType,
	value: unknown,
	path: readonly PropertyKey[],
	words: string,
): FieldProblem {
	const field = path.length > 0 ? shorten(path.map(String).join('.')) : 'value';
	const [problem, remedy] = splitProblem(words);
	const isShown = factsAt(schema, path).isShown === true && !/^(is missing|cannot be null)/.test(words);
	const found = isShown ? valueAt(value, path) : undefined;
	const given = found === undefined ? '' : `: ${summarise(found)}`;
	return { field, message: `${field} ${problem}${given}`, description: `${remedy ?? `Correct ${field}`}.` };
}

/** As the fields were given; what is missing comes first. */
function inOrder(problems: FieldProblem[], value: unknown): FieldProblem[] {
	const given = typeof value === 'object' && value !== null ? Object.keys(value) : [];
	const place = ({ field }: FieldProblem) => given.indexOf(field.split('.', 1)[0] ?? '');
	return problems.sort((a, b) => place(a) - place(b));
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
