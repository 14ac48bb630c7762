import { z } from 'zod/v4';

import { ValidationError } from './errors';

/** Longest free text: a note, a lead's notes. In characters. */
export const LONGEST_NOTE = 100_000;
/** Longest content of a communication, in characters. */
export const LONGEST_CONTENT = 500_000;
/** Largest JSON value of a custom-fields or metadata column, in characters once serialised. */
export const LARGEST_JSON = 65_536;

/** Deepest JSON value, in levels: what JavaScript and PostgreSQL can go through with any stack that they may have. */
const DEEPEST_JSON = 500;

/** Text that PostgreSQL can store, at most `max` characters. */
export function text(max: number) {
	return z
		.string({ error: orMissing('must be text; write it in quotes') })
		.refine((value) => !value.includes('\0'), 'contains a NUL character; remove it')
		.refine((value) => value.isWellFormed(), 'contains half of a surrogate pair; send valid Unicode')
		.refine(
			// As PostgreSQL counts: a character outside the basic plane is one, and two of JavaScript's.
			(value) => value.length <= max || Array.from(value).length <= max,
			`is longer than ${max.toLocaleString('en')} characters; shorten it`,
		);
}

/** An e-mail address, surrounding space taken off. */
export const email = text(255)
	.transform((value) => value.trim())
	.pipe(z.email({ error: 'is not an e-mail address; write it as name@example.com' }));

/** The id of a row: a positive 32-bit integer; text such as "42" is read as a number. */
export const id = integer('must be the number of an existing row', 1, 2_147_483_647);

/** The id of a communication: up to 2^53. */
export const bigId = integer('must be the number of an existing row', 1, Number.MAX_SAFE_INTEGER);

/** A whole number within a range, also written as text. */
export function integer(problem: string, min: number, max: number) {
	return z.preprocess(
		(value) => (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value),
		z
			.number({ error: orMissing(`${problem}; write a whole number`) })
			.int({ error: `${problem}; write a whole number`, abort: true })
			.min(min, { error: `${problem}; the smallest is ${min}` })
			.max(max, { error: `${problem}; the largest is ${max}` }),
	);
}

/** How many rows a list gives at most: 50 when left out, null for all of them. */
export const rowLimit = integer('must be a number of rows', 1, 100_000).nullable().default(50);

/** How many rows a list leaves out first. */
export const rowOffset = integer('must be a number of rows', 0, 10_000_000).default(0);

/** One of an enumeration's labels, as they are written in the schema. */
export function label<const T extends readonly [string, ...string[]]>(labels: T) {
	return z.enum(labels, { error: orMissing(`must be one of ${labels.join(', ')}`) });
}

/** A moment: ISO 8601 with a zone (`2026-03-01T09:00:00+01:00`). Kept as text; PostgreSQL reads it. */
export const timestamp = z.iso.datetime({
	offset: true,
	error: orMissing('is not a date and time; write it as 2026-03-01T09:00:00+01:00'),
});

/** A day: `2026-03-01`. */
export const day = z.iso.date({ error: orMissing('is not a date; write it as 2026-03-01') });

/** A JSON object, keys and texts storable, no larger than LARGEST_JSON. */
export const jsonObject = z
	.record(z.string(), z.unknown(), {
		error: orMissing('must be a JSON object such as {"industry": "retail"}'),
	})
	.refine(isFlatEnough, {
		error: `is nested more than ${DEEPEST_JSON} levels deep; flatten it`,
		abort: true,
	})
	.refine(isStorableJson, 'contains a NUL character, broken Unicode or what is no JSON; remove it')
	.refine(fitsJson, `is larger than ${LARGEST_JSON.toLocaleString('en')} characters; store less`);

/** Most tags of a lead. */
export const MOST_TAGS = 100;

/** A list of tags, duplicates taken out. */
export const tags = z
	.array(
		text(100).refine((tag) => tag.trim() !== '', 'contains an empty tag; remove it'),
		{
			error: orMissing('must be a list of texts'),
		},
	)
	.max(MOST_TAGS, { error: `has more than ${MOST_TAGS} tags; remove some` })
	.transform((list) => [...new Set(list.map((tag) => tag.trim()))]);

/** Says that a value is missing where there is none, or may not be cleared; else what is wrong with it. */
function orMissing(problem: string) {
	return ({ input }: { input?: unknown }) => {
		if (input === undefined) return 'is missing; fill it in';
		return input === null ? 'cannot be null; give a value, or leave the field out' : problem;
	};
}

function isFlatEnough(value: unknown): boolean {
	let level: unknown[] = [value];
	for (let depth = 0; depth <= DEEPEST_JSON; depth++) {
		level = level.flatMap((entry): unknown[] =>
			typeof entry === 'object' && entry !== null ? Object.values(entry) : [],
		);
		// Of so many values fitsJson complains.
		if (level.length === 0 || level.length > LARGEST_JSON) return true;
	}
	return false;
}

function isStorableJson(value: unknown): boolean {
	const serialised = serialise(value);
	return serialised !== undefined && isStorable(serialised);
}

/**
 * Whether PostgreSQL takes this JSON: it has no NUL character and no half of a surrogate pair, which `JSON.stringify` writes
 * as escapes. After an escaped backslash the same letters are just letters, such as those of a regular expression.
 */
export function isStorable(json: string): boolean {
	return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(json);
}

function fitsJson(value: unknown): boolean {
	return (serialise(value)?.length ?? 0) <= LARGEST_JSON;
}

/** Undefined for a value that JSON does not have, such as a bigint or a cycle. */
function serialise(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return undefined;
	}
}

/** Fields whose value may be repeated in an error: numbers, labels and dates, nothing personal. */
const SHOWN =
	/^(id|.*Id|.*Ids|score|minScore|maxScore|value|status|source|leadTemperature|points|operator|field|limit|offset|eventTypes|sortBy|sortDirection|strategy|tagAction|ifChanged|rules|direction|communicationType|budgetAllocated|budgetSpent|createdBy|runsOn|timezone|sendFrom|sendUntil|weekdays|maxCommunications|periodDays|repliedSince|repliedWithinDays|.*At|.*After|.*Before|.*Date|role)$/;

/**
 * Reads `value` with a schema, or throws a `ValidationError` that names the first bad field, its value where that is
 * nothing personal, and what it should be.
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
	const parsed = schema.safeParse(value, { error: plainly });
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const { message = 'is wrong' } = issue ?? {};
	const path = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? 'value'] : (issue?.path ?? []);
	const field = path.length > 0 ? shorten(path.join('.')) : 'value';
	const [problem, remedy] = splitProblem(message);
	const isShown = SHOWN.test(String(path[0])) && !/^(is missing|cannot be null)/.test(message);
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
