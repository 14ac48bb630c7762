import type { Pool } from '../../db/connection/client';
import { analyzeAfterLoad } from '../../db/connection/analyze';
import { inOrganization } from '../../db/connection/tenancy';
import { upsertLeads } from '../../db/lead/upsert';
import { LmaError } from '../../domain/error/errors';
import { parseInput } from '../../domain/input/parseInput';
import { type UpsertLead, upsertLeadSchema } from '../../domain/lead/input';
import { CommandFailedError } from '../terminal/failure';
import { readHeadings } from './headings';
import { type ByteSource, type CsvRow, readCsv } from './csv';

/** A row that did not become a lead. */
export interface RejectedRow extends CsvRow {
	/** What is wrong and how to mend it; names the field, not its value. */
	reason: string;
}

/** What became of a file. `read` is the sum of the others. */
export interface ImportResult {
	/** Rows in the file, the heading not counted. */
	read: number;
	created: number;
	/** Rows whose address the organization, or an earlier row, had already. */
	merged: number;
	rejected: RejectedRow[];
	headings: string[];
	/** The leads touched, each once, in file order. */
	leadIds: number[];
}

/** Where the rows go. */
export interface ImportTarget {
	/** File name for messages. */
	name: string;
	organization: string;
	/** For rows that do not say it themselves. */
	defaults?: { source?: string; tags?: string[] };
}

/** Rows per transaction: few enough to hold in memory, enough that the round trips do not matter. */
const batchSize = 2_000;

/**
 * Imports leads from CSV: creates the ones whose address is new and updates the others with what the file knows. A
 * bad row is reported and does not stop the rest. Can be repeated.
 * @throws CommandFailedError when the file is not CSV, is empty, or has no column for the address.
 */
export async function importLeads(sql: Pool, bytes: ByteSource, target: ImportTarget): Promise<ImportResult> {
	const rows = readCsv(bytes, target.name);
	const heading = (await rows.next()).value as CsvRow | undefined;
	if (!heading)
		throw new CommandFailedError(`${target.name} is empty. It needs a header line and one line per lead.`);
	const readRow = readHeadings(heading.cells);
	if (!readRow) {
		throw new CommandFailedError(
			`${target.name} has no column for the e-mail address. Call it "email" in the first line.`,
		);
	}
	const result = emptyResult(heading.cells);
	const leadIds = new Set<number>();
	for await (const batch of inBatches(rows)) {
		const good: { row: CsvRow; lead: UpsertLead }[] = [];
		for (const row of batch) {
			try {
				good.push({ row, lead: parseInput(upsertLeadSchema, { ...target.defaults, ...readRow(row.cells) }) });
			} catch (error) {
				result.rejected.push({ ...row, reason: reasonOf(error) });
			}
		}
		const outcomes = await inOrganization(sql, target.organization, (tx) =>
			upsertLeads(
				tx,
				good.map(({ lead }) => lead),
			),
		);
		for (const [index, { row: lead, error }] of outcomes.entries()) {
			const source = good[index]?.row;
			if (error && source) result.rejected.push({ ...source, reason: reasonOf(error) });
			if (!lead) continue;
			result[lead.action === 'created' ? 'created' : 'merged']++;
			leadIds.add(lead.id);
		}
		result.read += batch.length;
	}
	await analyzeAfterLoad(sql);
	result.rejected.sort((a, b) => a.line - b.line);
	return { ...result, leadIds: [...leadIds] };
}

function emptyResult(headings: string[]): ImportResult {
	return { read: 0, created: 0, merged: 0, rejected: [], headings, leadIds: [] };
}

function reasonOf(error: unknown): string {
	if (error instanceof LmaError) return `${error.message}. ${error.description}`;
	throw error;
}

async function* inBatches(rows: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow[]> {
	let batch: CsvRow[] = [];
	for await (const row of rows) {
		batch.push(row);
		if (batch.length < batchSize) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}
