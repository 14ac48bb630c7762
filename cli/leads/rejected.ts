import { writeFile } from 'node:fs/promises';
import type { ImportResult } from './import';

/**
 * Writes the rejected rows to a CSV file, the original columns plus `lma_line` and `lma_reason`, so that they can be mended
 * and imported again. The file is only readable by its owner: it holds addresses. Overwrites.
 */
export async function writeRejectedRows(path: string, { headings, rejected }: ImportResult): Promise<void> {
	const lines = [
		[...headings, 'lma_line', 'lma_reason'],
		...rejected.map(({ line, cells, reason }) => [
			...headings.map((_, column) => cells[column] ?? ''),
			String(line),
			reason,
		]),
	];
	await writeFile(path, lines.map((cells) => `${cells.map(quote).join(',')}\n`).join(''), { mode: 0o600 });
}

function quote(cell: string): string {
	return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
