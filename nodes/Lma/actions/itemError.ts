import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { z } from 'zod/v4';

import { readField } from '../../../domain/error/errorCause';
import { LmaError, NotFoundError, ValidationError } from '../../../domain/error/errors';
import { factsOfParameter } from './commonParameters';

/** An error and the input item it belongs to. It rolls the transaction back on its way to the router. */
export class ItemError extends Error {
	constructor(
		readonly itemIndex: number,
		override readonly cause: LmaError,
	) {
		super(cause.message, { cause });
	}
}

/**
 * What to do about an error that stops the node, with its item where there are several: counted from 0, as n8n counts.
 * The message itself names no item: n8n shows it, and most executions have only one.
 */
export function remedyFor(error: LmaError, itemIndex: number | undefined, items: number): string {
	if (itemIndex === undefined || items < 2) return error.description;
	return `${error.description} It concerns item ${itemIndex} of ${items}, counted from 0.`;
}

/**
 * The output item of an input item that failed: `{ error, details: { code, field, remedy } }` beside what it keeps, and in the
 * details as `problems` every field with its message and remedy, where more than one is wrong.
 *
 * With an error output it must keep nothing, and there is never an `error` property beside `json`: the engine takes such an
 * item to be an error, moves it to the error output and adds the fields of the input item. With the property it would keep
 * nothing but the message.
 */
export function errorItem(error: LmaError, itemIndex: number, kept: IDataObject): INodeExecutionData {
	return {
		json: {
			...kept,
			error: `${error.message}. ${error.description}`,
			details: {
				code: error.code,
				...(fieldOf(error) !== undefined && { field: fieldOf(error) }),
				remedy: error.description,
				...problemsOf(error),
			},
		},
		pairedItem: { item: itemIndex },
	};
}

/** All that is wrong, where that is more than the first of it. */
function problemsOf(error: LmaError): IDataObject {
	if (!(error instanceof ValidationError) || error.problems.length < 2) return {};
	const problems = error.problems.map(({ field, message, description }) => ({
		field,
		message,
		remedy: description,
	}));
	return { problems };
}

/** An id that leads nowhere, with the field it was given in. */
class UnknownIdError extends LmaError {
	constructor(
		readonly field: string,
		error: NotFoundError,
	) {
		super(error.code, `${error.message}, given as ${field}`, error.description);
	}
}

/**
 * Names the field that a `NotFoundError` is about. The database layer knows the id alone, and a lead or communication
 * can name users in more than one field; the schema knows whose id each of them is.
 *
 * @param input what the item asked for
 * @param schema what the operation takes
 */
export function withField(error: LmaError, input: unknown, schema?: z.ZodType): LmaError {
	if (!(error instanceof NotFoundError)) return error;
	const entity = `${error.entity.charAt(0).toLowerCase()}${error.entity.slice(1).replaceAll(' ', '')}`;
	const own = `${entity}Id`;
	const fields = typeof input === 'object' && input !== null ? Object.entries(input) : [];
	const named = fields
		.filter(([name, value]) => holds(value, error.id) && factsOfParameter(schema, name).entity === entity)
		.map(([name]) => name);
	const field = named.find((name) => name === own || name === `${own}s`) ?? named[0];
	return new UnknownIdError(field ?? own, error);
}

function holds(value: unknown, id: number | string): boolean {
	return value === id || (Array.isArray(value) && value.includes(id));
}

function fieldOf(error: LmaError): string | undefined {
	return error instanceof ValidationError || error instanceof UnknownIdError ? error.field : undefined;
}

/**
 * An error of n8n itself, such as an expression that fails or a missing credential, in our words. Its text was made
 * to be shown, unlike a driver's.
 */
export function fromN8n(error: unknown): LmaError {
	if (error instanceof LmaError) return error;
	const message = readField(error, 'message');
	const description = readField(error, 'description');
	return new LmaError(
		'INVALID_PARAMETER',
		typeof message === 'string' && message !== '' ? message : 'A parameter cannot be read',
		typeof description === 'string' && description !== ''
			? description
			: 'Check the parameters and expressions of the node.',
	);
}

/** What n8n gives; what it throws comes in our words. @throws LmaError */
export function askN8n<T>(question: () => T): T {
	try {
		return question();
	} catch (error) {
		throw fromN8n(error);
	}
}
