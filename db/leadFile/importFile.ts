import type { AsRead } from '../../domain/customField/checkedCustomFields';
import type { CustomField } from '../../domain/customField/customField';
import type { ImportResult } from '../../domain/leadFile/importResult';
import type { LeadFile, OptionWording } from '../../domain/leadFile/leadFile';
import type { RowDefaults } from '../../domain/leadFile/rowReader';
import { meantValue, type Pipeline } from '../../domain/pipeline/pipeline';
import type { ImportOptions } from '../../domain/leadFile/importOptions';
import { type OpenedFile, openLeadFile } from '../../domain/leadFile/openLeadFile';
import type { UpsertLead } from '../../domain/lead/input';
import { analyzeAfterLoad } from '../connection/analyze';
import type { Pool, Sql } from '../connection/client';
import { type ExecutionContext, inOrganization } from '../connection/tenancy';
import { getPipeline } from '../pipeline/pipeline';
import { listCustomFields } from '../customField/customField';
import { type ImportListeners, importLeads, type WriteLeads } from './importLeads';
import { writeTaggedLeads } from './writeTaggedLeads';

/** Who imports. `onOpened` says that everything of the file is known and its first row comes next, even a second time. */
export interface FileListeners extends Omit<ImportListeners, 'defaults'> {
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
	const { register, pipeline } = await within(readSettings, { readOnly: true });
	const opened = await openLeadFile(file, options, register, say);
	const write = (leads: readonly AsRead<UpsertLead>[]) =>
		within((tx) => writeTaggedLeads(tx, leads, options.tags ?? []));
	const result = await store(opened, defaultsOf(options, pipeline), write, listeners);
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
	const { register, pipeline } = await readSettings(tx);
	const opened = await openLeadFile(file, options, register, say);
	if (options.isDryRun) await tx`savepoint lma_dry_run`;
	const write = async (leads: readonly AsRead<UpsertLead>[]) => {
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
	const result = await store(opened, defaultsOf(options, pipeline), write, listeners);
	if (options.isDryRun) await tx`rollback to savepoint lma_dry_run`;
	return result;
}

/** What the organization keeps of its leads besides their columns, and what it calls their labels. */
async function readSettings(tx: Sql): Promise<{ register: readonly CustomField[]; pipeline: Pipeline }> {
	return { register: await listCustomFields(tx), pipeline: await getPipeline(tx) };
}

function defaultsOf({ source, onInvalidField }: ImportOptions, pipeline: Pipeline): RowDefaults {
	return {
		...(source !== undefined && { source }),
		...(onInvalidField !== undefined && { onInvalidField }),
		meantLabel: (kind, label) => meantValue(pipeline[kind], kind, label) ?? label,
	};
}

async function store(
	opened: OpenedFile,
	defaults: RowDefaults,
	write: WriteLeads,
	listeners: FileListeners,
): Promise<ImportResult> {
	await listeners.onOpened?.(opened);
	const counts = await importLeads(opened, write, { ...listeners, defaults });
	const { rows: _again, ...facts } = opened;
	return { ...facts, ...counts };
}
