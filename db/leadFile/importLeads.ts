import type { AsRead } from '../../domain/customField/checkedCustomFields';
import { type LmaError, ValidationError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { ImportCounts, IncompleteRow, RejectedRow } from '../../domain/leadFile/importResult';
import type { OpenedFile } from '../../domain/leadFile/openLeadFile';
import { type ReadRow, readRow, reasonOf, type RowDefaults } from '../../domain/leadFile/rowReader';
import type { UpsertLead } from '../../domain/lead/input';
import { toLmaError } from '../connection/error/toLmaError';
import type { Written } from '../lead/customFields';
import type { UpsertedLead } from '../lead/upsert';

/** Rows per statement: few enough to hold in memory, enough that the round trips do not matter. */
const BATCH_SIZE = 2_000;

/** Stores some leads and says what became of each, in their order. */
export type WriteLeads = (
	leads: readonly AsRead<UpsertLead>[],
) => PromiseLike<ItemResult<Written<UpsertedLead>>[]>;

/** What whoever imports wants to know and to say. */
export interface ImportListeners {
	defaults?: RowDefaults;
	/** Gets the rejected rows of each batch, in file order. */
	onRejected?(rows: RejectedRow[]): Promise<void> | void;
	/** Gets those rows of each batch that became leads without a wrong value, in file order. */
	onIncomplete?(rows: IncompleteRow[]): void;
	/** The rows read so far, those rejected included. */
	onProgress?(read: number): void;
	/** The ids of the leads of each batch. */
	onWritten?(leadIds: number[]): void;
}

/**
 * Stores the rows of a file as leads: creates the ones whose address is new and updates the others with what the file knows.
 * A bad row is rejected and does not stop the rest. Memory is that of a batch, however long the file. Can be repeated.
 */
export async function importLeads(
	file: OpenedFile,
	write: WriteLeads,
	listeners: ImportListeners,
): Promise<ImportCounts> {
	const counts: ImportCounts = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 };
	// The next batch is read while PostgreSQL works on the one before.
	let storing = Promise.resolve();
	try {
		for await (const batch of inBatches(file, listeners.defaults)) {
			await storing;
			storing = storeBatch(batch, write, counts, listeners);
		}
		await storing;
	} finally {
		await storing.catch(() => undefined);
	}
	return counts;
}

async function storeBatch(
	batch: readonly ReadRow[],
	write: WriteLeads,
	counts: ImportCounts,
	listeners: ImportListeners,
): Promise<void> {
	const good = batch.flatMap((row) => (row.lead ? [row] : []));
	const outcomes = await writeWhatWorks(
		write,
		good.map(({ lead }) => lead),
	);
	const failed = new Map<ReadRow, string>();
	const leadIds: number[] = [];
	const incomplete: IncompleteRow[] = [];
	for (const [index, row] of good.entries()) {
		const outcome = outcomes[index];
		if (!outcome) throw new Error('A write gave fewer results than it had inputs');
		if (outcome.error) failed.set(row, reasonOf(outcome.error));
		else {
			counts[actionOf(outcome.row)]++;
			leadIds.push(outcome.row.id);
			const { invalidFields = [] } = outcome.row;
			if (invalidFields.length > 0) incomplete.push({ line: row.line, invalidFields });
		}
	}
	const rejected = batch.flatMap((row): RejectedRow[] => {
		const reason = row.reason ?? failed.get(row);
		return reason === undefined ? [] : [{ line: row.line, cells: row.cells, reason }];
	});
	counts.rejected += rejected.length;
	counts.read += batch.length;
	if (rejected.length > 0) await listeners.onRejected?.(rejected);
	if (incomplete.length > 0) listeners.onIncomplete?.(incomplete);
	listeners.onWritten?.(leadIds);
	listeners.onProgress?.(counts.read);
}

function actionOf({ action, changed }: UpsertedLead): 'created' | 'updated' | 'unchanged' {
	return action === 'updated' && !changed ? 'unchanged' : action;
}

/** A value that the checks let through and PostgreSQL refuses fails the whole statement. Halving finds the row to blame. */
async function writeWhatWorks(
	write: WriteLeads,
	leads: readonly AsRead<UpsertLead>[],
): Promise<ItemResult<Written<UpsertedLead>>[]> {
	if (leads.length === 0) return [];
	try {
		return await write(leads);
	} catch (error) {
		const cause = toLmaError(error);
		if (!isOfValues(cause)) throw error;
		if (leads.length === 1) return [{ error: cause }];
		const middle = Math.ceil(leads.length / 2);
		const first = await writeWhatWorks(write, leads.slice(0, middle));
		return [...first, ...(await writeWhatWorks(write, leads.slice(middle)))];
	}
}

function isOfValues(error: LmaError): boolean {
	return error instanceof ValidationError || error.code.startsWith('DATABASE_22');
}

async function* inBatches(
	{ rows, columns }: OpenedFile,
	defaults: RowDefaults = {},
): AsyncGenerator<ReadRow[]> {
	let batch: ReadRow[] = [];
	for await (const row of rows()) {
		batch.push(readRow(row, columns, defaults));
		if (batch.length < BATCH_SIZE) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}
