import { z } from 'zod/v4';

import { closestLabel } from './closestLabel';
import { type DateReading, isEpoch, readDateTime } from './dateTime';
import { readEmailAddress } from './emailAddress';
import { type Entity, withFacts } from './facts';

/** Longest free text: a note, a lead's notes. In characters. */
export const LONGEST_NOTE = 100_000;
/** Longest content of a communication, in characters. */
export const LONGEST_CONTENT = 500_000;

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

/** Longest e-mail address, in characters. What stands around it, such as a name, may be longer. */
const LONGEST_ADDRESS = 255;

/** An e-mail address as `readEmailAddress` takes it: alone, behind a name, as a link. */
export const email = text(2_000).transform((given, context): string => {
	const { address, problem } = readEmailAddress(given);
	const isTooLong = address !== undefined && Array.from(address).length > LONGEST_ADDRESS;
	if (address !== undefined && !isTooLong) return address;
	const message = problem ?? `is longer than ${LONGEST_ADDRESS} characters; shorten it`;
	context.issues.push({ code: 'custom', message, input: given });
	return z.NEVER;
});

/** The id of the row itself: a positive 32-bit integer; text such as "42" is read as a number. */
export const id = rowId();

/** The id of another row. What the field is called decides nothing: this says whose it is. */
export const campaignId = rowId('campaign');
export const leadId = rowId('lead');
export const noteId = rowId('note');
export const userId = rowId('user');
export const workflowId = rowId('workflow');

/** The id of the communication itself: up to 2^53, as far as JavaScript counts. */
export const bigId = bigRowId('must be the number of an existing row');
export const communicationId = bigRowId('must be the number of an existing row', 'communication');
export const mergeId = bigRowId('must be the number of a merge', 'merge');

function rowId(entity?: Entity) {
	const schema = integer('must be the number of an existing row', 1, 2_147_483_647);
	return withFacts(schema, { isShown: true, form: 'id', entity });
}

function bigRowId(problem: string, entity?: Entity) {
	return withFacts(integer(problem, 1, Number.MAX_SAFE_INTEGER), { isShown: true, form: 'id', entity });
}

/** A whole number within a range, also written as text. */
export function integer(problem: string, min: number, max: number) {
	const schema = z.preprocess(
		(value) => (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value),
		z
			.number({ error: orMissing(`${problem}; write a whole number`) })
			.int({ error: `${problem}; write a whole number`, abort: true })
			.min(min, { error: `${problem}; the smallest is ${min}` })
			.max(max, { error: `${problem}; the largest is ${max}` }),
	);
	return withFacts(schema, { isShown: true, form: 'number' });
}

/** How many rows a list gives at most: 50 when left out, null for all of them. */
export const rowLimit = integer('must be a number of rows', 1, 100_000).nullable().default(50);

/** How many rows a list leaves out first. */
export const rowOffset = integer('must be a number of rows', 0, 10_000_000).default(0);

/** One of an enumeration's labels, written as in the schema or as people call them: see `closestLabel`. */
export function label<const T extends readonly [string, ...string[]]>(labels: T) {
	const known = z.enum(labels, {
		error: orMissing(`must be one of ${labels.join(', ')}; choose one of them`),
	});
	const schema = z.preprocess(
		(value) => (typeof value === 'string' ? (closestLabel(labels, value) ?? value) : value),
		known,
	);
	return withFacts(schema as z.ZodType<T[number], T[number]>, { isShown: true, labels });
}

/** A moment: ISO 8601 with a zone (`2026-03-01T09:00:00+01:00`). Kept as text; PostgreSQL reads it. */
export const timestamp = withFacts(
	z.iso.datetime({
		offset: true,
		error: orMissing('is not a date and time; write it as 2026-03-01T09:00:00+01:00'),
	}),
	{ isShown: true, form: 'moment' },
);

/**
 * A day: `2026-03-01`, or a moment in any form that says its day without a zone, as it is written with. Those that need
 * a zone or a locale have to be read before: see `readDateTime`.
 */
export const day = withFacts(
	z.preprocess(
		(value) => readDay(value).at?.toFormat('yyyy-MM-dd') ?? value,
		z.iso.date({
			error: ({ input }) => {
				const { days } = readDay(input);
				if (days) return `may be ${days.join(' or ')}; write it as 2026-03-01`;
				return orMissing('is not a date; write it as 2026-03-01')({ input });
			},
		}),
	),
	{ isShown: true, form: 'day' },
);

function readDay(value: unknown): DateReading {
	return typeof value === 'string' && !isEpoch(value) ? readDateTime(value, { zone: 'UTC' }) : {};
}

/** Most tags of a lead. */
export const MOST_TAGS = 100;

/** A list of tags, duplicates taken out. */
export const tags = withFacts(
	z
		.array(
			text(100).refine((tag) => tag.trim() !== '', 'contains an empty tag; remove it'),
			{
				error: orMissing('must be a list of texts'),
			},
		)
		.max(MOST_TAGS, { error: `has more than ${MOST_TAGS} tags; remove some` })
		.transform((list) => [...new Set(list.map((tag) => tag.trim()))]),
	{ form: 'list' },
);

/** Says that a value is missing where there is none, or may not be cleared; else what is wrong with it. */
export function orMissing(problem: string) {
	return ({ input }: { input?: unknown }) => {
		if (input === undefined) return 'is missing; fill it in';
		return input === null ? 'cannot be null; give a value, or leave the field out' : problem;
	};
}
