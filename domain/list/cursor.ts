import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod/v4';

import { canonicalJson } from '../canonicalJson';
import type { KeyKind, ListOrder } from './listOrder';

/** A place in a list: what stands right after the row with these sort keys and this id. */
export interface CursorPosition {
	key: (string | number | null)[];
	id: number;
}

/** What a cursor belongs to. On another list its place would mean nothing. */
export interface ListIdentity {
	/** What is listed: `leads`. */
	rows: string;
	order: ListOrder;
	/** The conditions of the list by their names. */
	conditions: Readonly<Record<string, unknown>>;
}

/** Longest cursor, in characters: two names of a hundred characters of any script, and every condition there is. */
export const LONGEST_CURSOR = 4096;

const VERSION = 1;
const REMEDY = 'give the cursor of an item, unchanged, or leave it empty to begin anew';
const SAME = 'ask for each page in the same way, or leave it empty to begin anew';
const MOMENT = /^(-?infinity|\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[-+]\d\d(:\d\d){1,2}( BC)?)$/;
const DAY = /^(-?infinity|\d{4,6}-\d\d-\d\d( BC)?)$/;
const LARGEST_ID = Number.MAX_SAFE_INTEGER;

const KINDS: Record<KeyKind, z.ZodType<string | number>> = {
	day: z.string().regex(DAY),
	moment: z.string().regex(MOMENT),
	number: z.int(),
	text: z.string().refine((value) => !value.includes('\0') && value.isWellFormed()),
};

/** Version, what is listed, name of the order, conditions by name with their fingerprints, sort keys, id. */
const writtenSchema = z.tuple([
	z.literal(VERSION),
	z.string(),
	z.string(),
	z.array(z.tuple([z.string(), z.string()])),
	z.array(z.union([z.string(), z.number(), z.null()])),
	z.int().min(1).max(LARGEST_ID),
]);

/** The cursor of a row, as text that stands for itself in URLs and JSON. It holds the sort keys of the row, a name as well. */
export function writeCursor({ rows, order, conditions }: ListIdentity, { key, id }: CursorPosition): string {
	const written: z.input<typeof writtenSchema> = [
		VERSION,
		rows,
		order.name,
		[...fingerprints(conditions)],
		key,
		id,
	];
	return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/**
 * The place that a cursor names in a list; or why it names none, and after a semicolon what to do: no cursor, or one of other rows,
 * of another order or of other conditions. Nothing of the cursor's keys is repeated.
 */
export function readCursor(
	cursor: string,
	{ rows, order, conditions }: ListIdentity,
): { position: CursorPosition; problem?: undefined } | { position?: undefined; problem: string } {
	const written = writtenSchema.safeParse(decoded(cursor)).data;
	if (!written) return { problem: `is not a cursor; ${REMEDY}` };
	const [, ofRows, ofOrder, ofConditions, key, id] = written;
	if (ofRows !== rows) return { problem: `is a cursor of another list, not of ${rows}; ${REMEDY}` };
	if (ofOrder !== order.name) {
		return { problem: `is a cursor of a list by ${ofOrder.slice(0, 40)}, not by ${order.name}; ${SAME}` };
	}
	const before = new Map(ofConditions);
	const present = fingerprints(conditions);
	const names = new Set([...before.keys(), ...present.keys()]);
	const changed = [...names].filter((name) => before.get(name) !== present.get(name));
	if (changed.length > 0) {
		const shown = changed.sort().join(', ').slice(0, 100);
		return { problem: `is a cursor of a list with another ${shown}; ${SAME}` };
	}
	const isKey =
		key.length === order.keys.length &&
		order.keys.every((kind, n) =>
			key[n] === null ? order.isNullable : KINDS[kind].safeParse(key[n]).success,
		);
	return isKey ? { position: { key, id } } : { problem: `is not a cursor; ${REMEDY}` };
}

function decoded(cursor: string): unknown {
	try {
		return JSON.parse(Buffer.from(cursor.trim(), 'base64url').toString('utf8'));
	} catch {
		return undefined;
	}
}

/** Each condition by its name, its value as a hash. A map, so that a condition may be named `__proto__`. */
function fingerprints(conditions: Readonly<Record<string, unknown>>): Map<string, string> {
	const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
	return new Map(
		given.map(([name, value]) => [
			name,
			createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 8),
		]),
	);
}
