import type { z } from 'zod/v4';

import {
	type AsRead,
	hasCustomFields,
	type RefusedInput,
	type WithCustomFields,
} from '../customField/checkedCustomFields';
import {
	asFreeText,
	INVALID_FIELD_POLICIES,
	type InvalidField,
	toInvalidField,
	uncheckedKey,
} from '../customField/invalidField';
import { type FieldProblem, ValidationError } from '../error/errors';
import { closestLabel } from '../input/closestLabel';
import { readInput } from '../input/readInput';
import { Unreadable } from '../input/unreadable';
import { WRITTEN_COLUMNS } from './lead';

type Fields = Record<string, unknown>;

/** What a lead may lack: every column that is filled in but the address. */
const OPTIONAL: ReadonlySet<string> = new Set(
	WRITTEN_COLUMNS.map(({ field }) => field).filter((field) => field !== 'email'),
);

/**
 * Reads the input of a lead with its schema. By `onInvalidField` wrong values of what a lead may lack are left out or kept as
 * text, and `invalidFields` says so. What is wrong beyond that goes along as `problems` of a refused input where it has custom
 * fields as well: who writes it knows the register, and names everything that is wrong at once.
 *
 * @throws ValidationError that names every wrong field, when nothing is left to be checked
 */
export function readLead<Input extends WithCustomFields>(
	schema: z.ZodType<Input>,
	given: Fields,
): AsRead<Input> {
	const policy = policyOf(given);
	const first = readInput(schema, given);
	const mendable = policy === 'refuse' ? [] : (first.problems ?? []).filter(isOptional);
	const wrong = new Map(mendable.map((problem) => [columnOf(problem), problem]));
	const left = Object.fromEntries(Object.entries(given).filter(([field]) => !wrong.has(field)));
	const kept = policy === 'keep' ? keptValues(given, wrong) : {};
	const invalidFields: InvalidField[] = [...wrong].map(([field, problem]) =>
		toInvalidField(asCustomField(problem), uncheckedKey(field) in kept ? uncheckedKey(field) : null),
	);
	const reading = wrong.size > 0 ? readInput(schema, left) : first;
	if (!reading.problems) {
		return { ...withChanges(reading.data, kept), ...(policy !== 'refuse' && { invalidFields }) };
	}
	const right = Object.entries(left).filter(
		([field]) => !reading.problems.some((one) => columnOf(one) === field),
	);
	const problems = reading.problems.map(asCustomField);
	const rest: RefusedInput = { ...Object.fromEntries(right), problems };
	if (!hasCustomFields(rest)) throw ValidationError.of(problems);
	return rest;
}

function policyOf({ onInvalidField }: Fields): (typeof INVALID_FIELD_POLICIES)[number] {
	const given = typeof onInvalidField === 'string' ? onInvalidField : '';
	return closestLabel(INVALID_FIELD_POLICIES, given) ?? 'refuse';
}

function columnOf({ field }: FieldProblem): string {
	return field.split('.', 1)[0] ?? field;
}

/** Nobody outside knows in how many ways custom fields are given. */
function asCustomField({ field, message, description }: FieldProblem): FieldProblem {
	const plain = (words: string) => words.replace(/^customField(Changes|Candidates)\b/, 'customFields');
	return { field: plain(field), message: plain(message), description };
}

function isOptional(problem: FieldProblem): boolean {
	return OPTIONAL.has(asCustomField(problem).field.split('.', 1)[0] ?? '');
}

/** Wrong values as free text; null, which takes away an earlier one, for columns that are right. */
function keptValues(given: Fields, wrong: ReadonlyMap<string, FieldProblem>): Fields {
	const kept = Object.entries(given).flatMap(([field, value]): [string, unknown][] => {
		if (!OPTIONAL.has(field) || value === undefined || value === null || field === 'customFields') return [];
		if (!wrong.has(field)) return [[uncheckedKey(field), null]];
		const raw: unknown = value instanceof Unreadable ? value.given : value;
		const text = asFreeText(raw);
		return text === null ? [] : [[uncheckedKey(field), text]];
	});
	return Object.fromEntries(kept);
}

function withChanges<Input extends WithCustomFields>(input: Input, changes: Fields): Input {
	if (Object.keys(changes).length === 0) return input;
	return { ...input, customFieldChanges: { ...changes, ...input.customFieldChanges } };
}
