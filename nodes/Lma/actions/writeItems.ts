import type { IExecuteFunctions } from 'n8n-workflow';

import type { Pool } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { type LmaError, ValidationError } from '../../../domain/error/errors';
import { type LmaCredential, withConnection } from '../../credential/connection';
import { type AbsencePolicy, underPolicy } from './absencePolicy';
import { ItemError, withField } from './itemError';
import type { Operation, Result, Row } from './operation';
import { inParts } from './batchParts';

/** What one item asks for, with its place among the node's items. */
export interface ItemInput {
	index: number;
	input: unknown;
	/** What it gives when there is no row. */
	policy?: AbsencePolicy | undefined;
	isSimplified?: boolean;
}

/** An operation and the resource that it is of. */
export interface ChosenOperation {
	resource: string;
	/** Its value in the node: `create`. */
	name: string;
	operation: Operation<unknown>;
}

export interface ItemOutcome {
	index: number;
	result: Result;
}

/**
 * Runs an operation for all items in one transaction; very many or very large ones in parts, one after the other.
 *
 * Without *Continue On Fail* the first failing item rolls back everything. With it, failing items have an error as
 * their result, all of them when the database cannot be reached.
 *
 * @throws ItemError or LmaError, without *Continue On Fail* only
 */
export async function writeItems(
	context: IExecuteFunctions,
	credential: LmaCredential,
	chosen: ChosenOperation,
	items: ItemInput[],
): Promise<ItemOutcome[]> {
	if (items.length === 0) return [];
	try {
		return await withConnection(credential, (sql) =>
			context.continueOnFail()
				? writeWhatWorks(sql, credential, context, chosen, items)
				: write(sql, credential, context, chosen, items),
		);
	} catch (error) {
		if (!context.continueOnFail()) throw error instanceof ItemError ? error : toLmaError(error);
		return allFailed(items, toLmaError(error));
	}
}

/**
 * A value that the checks let through and PostgreSQL refuses fails the whole statement. Halving finds the items that
 * are to blame, in a number of statements that grows with the logarithm of the number of items.
 */
async function writeWhatWorks(
	sql: Pool,
	credential: LmaCredential,
	context: IExecuteFunctions,
	chosen: ChosenOperation,
	items: ItemInput[],
): Promise<ItemOutcome[]> {
	try {
		return await write(sql, credential, context, chosen, items);
	} catch (error) {
		const cause = toLmaError(error);
		if (!isOfValues(cause) || items.length === 1) return allFailed(items, cause);
		const middle = Math.ceil(items.length / 2);
		const first = await writeWhatWorks(sql, credential, context, chosen, items.slice(0, middle));
		const second = await writeWhatWorks(sql, credential, context, chosen, items.slice(middle));
		return [...first, ...second];
	}
}

/** Whether single items may be to blame. A value that a statement of ours cannot take is one item's, too. */
function isOfValues(error: LmaError): boolean {
	return error instanceof ValidationError || error.code.startsWith('DATABASE_22');
}

async function write(
	sql: Pool,
	{ organization }: LmaCredential,
	context: IExecuteFunctions,
	chosen: ChosenOperation,
	items: ItemInput[],
): Promise<ItemOutcome[]> {
	return await inOrganization(
		sql,
		organization,
		async (tx) => {
			const outcomes: ItemOutcome[][] = [];
			for (const part of inParts(items)) {
				const inputs = part.map(({ input }) => input);
				const results = await chosen.operation.execute(tx, inputs);
				outcomes.push(part.map((item, position) => outcomeOf(item, results[position], context, chosen)));
			}
			return outcomes.flat();
		},
		{
			n8nWorkflowId: context.getWorkflow().id,
			n8nExecutionId: context.getExecutionId(),
			// What is said to read cannot write, whatever the credential allows.
			readOnly: chosen.operation.access === 'read',
		},
	);
}

/** @throws ItemError without *Continue On Fail* */
function outcomeOf(
	{ index, input, policy, isSimplified }: ItemInput,
	given: Result | undefined,
	context: IExecuteFunctions,
	chosen: ChosenOperation,
): ItemOutcome {
	if (!given) throw new Error(`The operation returned no result for item ${index}`);
	const result = underPolicy(given, chosen.resource, policy, chosen.operation.absence);
	if (!result.error) return { index, result: isSimplified ? simplified(result, chosen) : result };
	const error = withField(result.error, input, chosen.operation.schema);
	if (!context.continueOnFail()) throw new ItemError(index, error);
	return { index, result: { error } };
}

function simplified({ row }: Result, { operation }: ChosenOperation): Result {
	const simplify = (full: Row) => operation.simplify?.(full as never) ?? full;
	// An item that is empty on purpose stays so.
	if (Array.isArray(row)) return { row: row.map(simplify) };
	return row && Object.keys(row).length > 0 ? { row: simplify(row) } : { row: {} };
}

function allFailed(items: ItemInput[], error: LmaError): ItemOutcome[] {
	return items.map(({ index }) => ({ index, result: { error } }));
}
