import { z } from 'zod/v4';

import { withFacts } from './facts';
import { orMissing } from './field';

/** Largest JSON value of a custom-fields or metadata column, in characters once serialised. */
const LARGEST_JSON = 65_536;

/** Deepest JSON value, in levels: what JavaScript and PostgreSQL can go through with any stack that they may have. */
const DEEPEST_JSON = 500;

/** Keys that JavaScript keeps for itself: a value under one of them would be lost on its way, or found where none is. */
const RESERVED: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Whether JavaScript keeps a key for itself, so that nothing can be stored under it. */
export function isReservedKey(key: string): boolean {
	return RESERVED.includes(key);
}

/** An object as JSON has them. Unlike with `z.record`, none of its keys is lost. */
export const anyRecord = z.custom<Record<string, unknown>>(isPlainObject, {
	error: orMissing('must be a JSON object such as {"industry": "retail"}'),
});

/** A JSON object, keys and texts storable, no larger than LARGEST_JSON. */
export const jsonObject = withFacts(
	anyRecord
		.check(({ value, issues }) => {
			for (const key of Object.keys(value).filter(isReservedKey)) {
				const message = 'is a name that JavaScript keeps for itself; choose another key';
				issues.push({ code: 'custom', path: [key], message, input: value });
			}
		})
		.refine(isFlatEnough, {
			error: `is nested more than ${DEEPEST_JSON} levels deep; flatten it`,
			abort: true,
		})
		.refine(isStorableJson, 'contains a NUL character, broken Unicode or a value that is not JSON; remove it')
		.refine(fitsJson, `is larger than ${LARGEST_JSON.toLocaleString('en')} characters; store less`),
	{ form: 'json' },
);

function isPlainObject(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
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
