import type { InvalidField } from '../customField/invalidField';
import type { CsvRow } from './leadFile';
import type { OpenedFile } from './openLeadFile';

/** A row that did not become a lead. */
export interface RejectedRow extends CsvRow {
	/** Everything that is wrong, and how to mend it; names the fields, and no value that may be personal. */
	reason: string;
}

/** A row that became a lead without a value that was wrong. */
export interface IncompleteRow {
	line: number;
	/** What did not go into its field. */
	invalidFields: readonly InvalidField[];
}

/** How many rows of a file, and what became of them: the first count is the sum of the others. */
export interface ImportCounts {
	/** Rows in the file, the heading not counted. */
	read: number;
	created: number;
	/** Rows whose address the organization, or an earlier row, had already, with something new. */
	updated: number;
	/** Rows of which everything was known. */
	unchanged: number;
	rejected: number;
}

/** How a file was understood. */
export type FileFacts = Omit<OpenedFile, 'rows'>;

/** How a file was understood, and what became of its rows. */
export type ImportResult = FileFacts & ImportCounts;
