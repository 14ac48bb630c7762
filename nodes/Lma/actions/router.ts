import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { logMistakes } from '../../logMistakes';
import { askN8n, errorItem, ItemError, remedyFor } from './itemError';
import type { Operation, Result } from './operation';
import { openCredential } from './openCredential';
import { getOperation } from './operationRegister';
import { readItems } from './readItems';
import { type ItemInput, type ItemOutcome, writeItems } from './writeItems';

/**
 * Runs the chosen operation for all items at once, in one transaction.
 *
 * Without *Continue On Fail* the first wrong item stops the node, and nothing of any item is written. With it,
 * right items are written and wrong ones become error items; n8n moves those to the error output when the node has
 * one, and without one they keep the fields of the input. Every output item is paired with the input item it comes from.
 *
 * @throws NodeOperationError with the item's index, what is wrong with it and what to do
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const results = await runForItems(this);
		logMistakes(
			this.logger,
			results.flatMap(({ error }) => error ?? []),
		);
		return [toOutput(this, results, await attachments(this, results))];
	} catch (error) {
		const itemIndex = error instanceof ItemError ? error.itemIndex : undefined;
		const cause = error instanceof ItemError ? error.cause : toLmaError(error);
		logMistakes(this.logger, [cause]);
		const description = remedyFor(cause, itemIndex, this.getInputData().length);
		throw new NodeOperationError(this.getNode(), cause.message, { description, itemIndex });
	}
}

/**
 * One result per item, in the order of the items. With *Continue On Fail* this does not throw for what an item or
 * the database does: n8n would pass the input items on as if they had succeeded.
 */
async function runForItems(context: IExecuteFunctions): Promise<Result[]> {
	const resource = askN8n(() => context.getNodeParameter('resource', 0));
	const name = askN8n(() => context.getNodeParameter('operation', 0));
	const operation = getOperation(resource, name);
	const chosen = { resource, name, operation };
	const opened = await openCredential(context, chosen);
	if (opened.error) {
		if (!context.continueOnFail()) throw opened.error;
		return context.getInputData().map(() => opened);
	}
	const readings = await readItems(context, opened.credential, chosen);
	const readable = readings.flatMap(({ input }) => input ?? []);
	const written = await writeItems(context, opened.credential, chosen, readable);
	addHint(context, operation, readable, written);
	const results = new Map(written.map(({ index, result }) => [index, result]));
	return readings.map(({ result }, index) => {
		const found = result ?? results.get(index);
		if (!found) throw new Error(`The operation returned no result for item ${index}`);
		return found;
	});
}

function addHint(
	context: IExecuteFunctions,
	operation: Operation<unknown>,
	inputs: ItemInput[],
	written: ItemOutcome[],
): void {
	if (!operation.hint) return;
	// Outcomes are in the order of their inputs.
	const succeeded = written.flatMap(({ result }, position) => {
		const { input } = inputs[position] ?? {};
		return result.row ? { input, row: result.row } : [];
	});
	const message = operation.hint(succeeded);
	// Older versions of n8n have none.
	if (message !== undefined && 'addExecutionHints' in context)
		context.addExecutionHints({ message, location: 'outputPane' });
}

/** The files that go along with rows, as n8n keeps them. */
async function attachments(
	context: IExecuteFunctions,
	results: Result[],
): Promise<Map<object, INodeExecutionData['binary']>> {
	const kept = new Map<object, INodeExecutionData['binary']>();
	if (results.every(({ error }) => error)) return kept;
	const [resource, name] = [
		context.getNodeParameter('resource', 0),
		context.getNodeParameter('operation', 0),
	];
	const operation = getOperation(resource, name);
	if (!operation.attachment) return kept;
	for (const { row } of results) {
		const file = row && operation.attachment(row);
		if (!file) continue;
		const content = Buffer.from(file.text);
		kept.set(row, { data: await context.helpers.prepareBinaryData(content, file.name, file.mimeType) });
	}
	return kept;
}

function toOutput(
	context: IExecuteFunctions,
	results: Result[],
	files: Map<object, INodeExecutionData['binary']>,
): INodeExecutionData[] {
	const { onError, retryOnFail } = context.getNode();
	const hasErrorOutput = onError === 'continueErrorOutput';
	const inputs = context.getInputData();
	const perItem = results.map((result, item) => {
		if (result.error)
			return [errorItem(result.error, item, hasErrorOutput ? {} : (inputs[item]?.json ?? {}))];
		const rows = Array.isArray(result.row) ? result.row : [result.row];
		return rows.map((row) => {
			const binary = files.get(row as object);
			return { json: row as IDataObject, pairedItem: { item }, ...(binary && { binary }) };
		});
	});
	if (retryOnFail !== true) return perItem.flat();
	// n8n runs a node again when the first item it returns is an error, and what was written for the other items would be
	// written twice. So then errors come last: the first is one only if nothing was written.
	const isError = (_: unknown, item: number) => results[item]?.error !== undefined;
	return [...perItem.filter((_, item) => !isError(_, item)), ...perItem.filter(isError)].flat();
}
