import type { ImportResult } from '../../domain/leadFile/importResult';
import type { LeadFile, OptionWording } from '../../domain/leadFile/leadFile';
import type { ImportOptions } from '../../domain/leadFile/importOptions';
import { type OpenedFile, openLeadFile } from '../../domain/leadFile/openLeadFile';
import type { UpsertLead } from '../../domain/lead/input';
import { analyzeAfterLoad } from '../connection/analyze';
import type { Pool, Sql } from '../connection/client';
import { type ExecutionContext, inOrganization } from '../connection/tenancy';
import { listCustomFields } from '../customField/customField';
import { type ImportListeners, importLeads, type WriteLeads } from './importLeads';
import { writeTaggedLeads } from './writeTaggedLeads';

/** Who imports. `onOpened` says that everything of the file is known and its first row comes next, even a second time. */
export interface FileListeners extends Omit<ImportListeners, 'source'> {
	onOpened?(file: OpenedFile): Promise<void> | void;
}

/**
 * Imports a file batch by batch, each in a transaction of its own, so that nobody waits for long. A dry run is one transaction.
 * Can be repeated; what was stored before a failure stays.
 *
 * @throws UnreadableFileError or UnclearFileError before anything is stored
 */
export async function importFile(
	sql: Pool,
	organization: string,
	file: LeadFile,
	options: ImportOptions,
	say: OptionWording,
	listeners: FileListeners = {},
): Promise<ImportResult> {
	const within = <T>(work: (tx: Sql) => Promise<T>, context?: ExecutionContext) =>
		inOrganization(sql, organization, work, context);
	if (options.isDryRun) return await within((tx) => importFileWithin(tx, file, options, say, listeners));
	const register = await within((tx) => Promise.resolve(listCustomFields(tx)), { readOnly: true });
	const opened = await openLeadFile(file, options, register, say);
	const write = (leads: readonly UpsertLead[]) =>
		within((tx) => writeTaggedLeads(tx, leads, options.tags ?? []));
	const result = await store(opened, options, write, listeners);
	await analyzeAfterLoad(sql);
	return result;
}

/**
 * Imports a file in the transaction of whoever asks: all of its right rows, or none.
 *
 * @throws UnreadableFileError or UnclearFileError before anything is stored
 */
export async function importFileWithin(
	tx: Sql,
	file: LeadFile,
	options: ImportOptions,
	say: OptionWording,
	listeners: FileListeners = {},
): Promise<ImportResult> {
	const opened = await openLeadFile(file, options, await listCustomFields(tx), say);
	if (options.isDryRun) await tx`savepoint lma_dry_run`;
	const write = async (leads: readonly UpsertLead[]) => {
		// What PostgreSQL refuses fails the batch alone, so that the row to blame can be found.
		await tx`savepoint lma_batch`;
		try {
			const results = await writeTaggedLeads(tx, leads, options.tags ?? []);
			await tx`release savepoint lma_batch`;
			return results;
		} catch (error) {
			await tx`rollback to savepoint lma_batch`;
			throw error;
		}
	};
	const result = await store(opened, options, write, listeners);
	if (options.isDryRun) await tx`rollback to savepoint lma_dry_run`;
	return result;
}

async function store(
	opened: OpenedFile,
	{ source }: ImportOptions,
	write: WriteLeads,
	listeners: FileListeners,
): Promise<ImportResult> {
	await listeners.onOpened?.(opened);
	const counts = await importLeads(opened, write, { ...listeners, source });
	const { rows: _again, ...facts } = opened;
	return { ...facts, ...counts };
}
