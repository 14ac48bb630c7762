import { type FileHandle, open, rename } from 'node:fs/promises';

import type { RejectedRow } from '../../domain/leadFile/importResult';
import type { OpenedFile } from '../../domain/leadFile/openLeadFile';
import { REJECTED_HEADING_END, rejectedHeading, rejectedLine } from '../../domain/leadFile/rejectedFile';
import { writing } from './createPrivateFile';

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
			this.handle = await writing(this.path, () => open(this.path, 'w', 0o600));
			await this.handle.chmod(0o600);
			await this.handle.write(rejectedHeading(headings, extraCells));
		}
		await this.handle.write(rows.map((row) => rejectedLine(row, headings, extraCells)).join(''));
		for (const { line, reason } of rows) this.reasons.push({ line, reason });
	}

	/**
	 * After an import without a rejected row, gives a file of rows that an earlier one rejected another name, so that nobody takes
	 * them for those of this one; they may still be wanted. Gives that name, or undefined where there is no such file of ours.
	 */
	async putAside(): Promise<string | undefined> {
		if (this.reasons.length > 0 || !(await isOurs(this.path))) return undefined;
		const old = `${this.path.replace(/\.csv$/i, '')}.old.csv`;
		await rename(this.path, old);
		return old;
	}

	async end(): Promise<void> {
		await this.handle?.close();
		this.handle = undefined;
	}
}

/** Whether a file begins with a heading of rejected rows. */
async function isOurs(path: string): Promise<boolean> {
	const file = await open(path).catch(() => undefined);
	if (!file) return false;
	try {
		if (!(await file.stat()).isFile()) return false;
		for await (const line of file.readLines()) return line.endsWith(REJECTED_HEADING_END);
		return false;
	} catch {
		return false;
	}
}
