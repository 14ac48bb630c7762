import type { INodeProperties } from 'n8n-workflow';

import { LmaError, NotFoundError, ValidationError } from '../../../domain/error/errors';
import type { Operation, Result } from './operation';
import type { ItemParameters } from './itemParameters';

/** What an item gives when there is no row for it. */
export type AbsencePolicy = 'empty' | 'error' | 'skip';

/** The parameter, among an operation's `options`, for each kind of absence, and what it means when it is not set. */
const CHOICES = {
	notFound: { name: 'ifNotFound', standard: 'error' },
	nothingMatched: { name: 'ifNothingMatched', standard: 'skip' },
} as const;

/** For operations on one row: what to do when there is none with this id. */
export const ifNotFound = choice(
	'If Not Found',
	CHOICES.notFound,
	'What to do when the record does not exist or belongs to another organization',
);

/** For lists: what to do when no row meets the conditions. */
export const ifNothingMatched = choice(
	'If Nothing Matched',
	CHOICES.nothingMatched,
	'What to do when no record matches the filters',
);

function choice(
	displayName: string,
	{ name, standard }: { name: string; standard: AbsencePolicy },
	description: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'options',
		options: [
			{
				name: 'Empty Item',
				value: 'empty',
				description: 'Return one item without fields, so that the workflow continues',
			},
			{
				name: 'Error',
				value: 'error',
				description: 'Fail; with an error output, only this item goes there',
			},
			{ name: 'Skip', value: 'skip', description: 'Return nothing for this item' },
		],
		default: standard,
		description,
	};
}

/** The choice made for one item, or undefined for an operation that has none. */
export function readAbsencePolicy(
	{ absence }: Pick<Operation<unknown>, 'absence'>,
	parameters: ItemParameters,
): AbsencePolicy | undefined {
	if (!absence) return undefined;
	const { name, standard } = CHOICES[absence];
	const chosen = parameters.fields('options')[name] ?? standard;
	if (chosen === 'empty' || chosen === 'error' || chosen === 'skip') return chosen;
	throw new ValidationError(name, `${name} must be one of empty, error, skip`, 'Choose it from the list.');
}

/**
 * The result of an item under its policy. Only the row that the operation is about counts as not found: with an owner
 * that does not exist, the lead was found, and the error stays. Nor is a record that was found and has an empty list absent.
 */
export function underPolicy(
	result: Result,
	resource: string,
	policy: AbsencePolicy | undefined,
	absence: Operation<unknown>['absence'] = 'nothingMatched',
): Result {
	if (policy === undefined) return result;
	const isAbsent = result.error
		? result.error instanceof NotFoundError && result.error.entity.toLowerCase() === resource
		: absence === 'nothingMatched' && Array.isArray(result.row) && result.row.length === 0;
	if (!isAbsent) return result;
	if (policy === 'skip') return { row: [] };
	if (policy === 'empty') return { row: {} };
	if (result.error) return result;
	return {
		error: new LmaError(
			'NOTHING_MATCHED',
			`No ${resource} matches the filters`,
			'Widen the filters, or choose under If Nothing Matched what should happen in that case.',
		),
	};
}
