import { type FileHandle, open } from 'node:fs/promises';

import type { RejectedRow } from '../../domain/leadFile/importResult';
import type { OpenedFile } from '../../domain/leadFile/openLeadFile';
import { rejectedHeading, rejectedLine } from '../../domain/leadFile/rejectedFile';

/**
 * Writes rejected rows to a CSV file as they come, so that they can be mended and imported again. The file is made with the
 * first of them and only readable by its owner: it holds addresses. Overwrites.
 */
export class RejectedRows {
	/** Where and why, in file order; without what the rows say. */
	reasons: { line: number; reason: string }[] = [];
	private file: Pick<OpenedFile, 'headings' | 'extraCells'> = { headings: [], extraCells: 0 };
	private handle: FileHandle | undefined;

	constructor(readonly path: string) {}

	/** Begins anew, for a file that is read from its first row. */
	async start(file: Pick<OpenedFile, 'headings' | 'extraCells'>): Promise<void> {
		await this.end();
		this.reasons = [];
		this.file = file;
	}

	async add(rows: readonly RejectedRow[]): Promise<void> {
		const { headings, extraCells } = this.file;
		if (!this.handle) {
			this.handle = await open(this.path, 'w', 0o600);
			await this.handle.chmod(0o600);
			await this.handle.write(rejectedHeading(headings, extraCells));
		}
		await this.handle.write(rows.map((row) => rejectedLine(row, headings, extraCells)).join(''));
		for (const { line, reason } of rows) this.reasons.push({ line, reason });
	}

	async end(): Promise<void> {
		await this.handle?.close();
		this.handle = undefined;
	}
}
