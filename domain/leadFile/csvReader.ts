import { UnreadableFileError } from './errors';
import type { CsvRow } from './leadFile';

/** Longest row, in characters. What is longer has a quotation mark that nobody closed. */
const LONGEST_ROW = 2_000_000;

/**
 * Reads CSV piece by piece (RFC 4180): cells in quotes over several lines, quotes doubled in them, lines that end in any
 * of the three ways, spaces around quotes, and `="0123"`, as some programs write text for Excel. Empty lines are skipped.
 */
export class CsvReader {
	private text = '';
	private line = 1;

	/** `name` is the file in messages. */
	constructor(
		private readonly delimiter: string,
		private readonly name: string,
	) {}

	/** The rows that this piece completes. @throws UnreadableFileError for a quotation mark out of place */
	read(piece: string): CsvRow[] {
		return this.take(this.text + piece, false);
	}

	/** The last row, where no line break ends it. @throws UnreadableFileError for a quotation mark never closed */
	end(): CsvRow[] {
		return this.take(this.text, true);
	}

	private take(text: string, isLast: boolean): CsvRow[] {
		const rows: CsvRow[] = [];
		let at = 0;
		while (at < text.length) {
			const cells: string[] = [];
			const next = this.row(text, at, isLast, cells);
			if (next < 0) break;
			if (cells.length > 1 || cells[0] !== '') rows.push({ line: this.line, cells });
			this.line += breaksIn(text, at, next);
			at = next;
		}
		this.text = text.slice(at);
		if (this.text.length > LONGEST_ROW) throw this.neverClosed();
		return rows;
	}

	/** Reads one row into `cells`; gives where the next one begins, or -1 when this one is not complete. */
	private row(text: string, from: number, isLast: boolean, cells: string[]): number {
		let at = from;
		for (;;) {
			const quote = this.openingQuote(text, at);
			let end: number;
			if (quote >= 0) {
				const closing = closingQuote(text, quote + 1);
				if (closing < 0 || (closing === text.length - 1 && !isLast)) {
					if (isLast) throw this.neverClosed();
					return -1;
				}
				cells.push(text.slice(quote + 1, closing).replaceAll('""', '"'));
				end = skipSpaces(text, closing + 1);
				if (end < text.length && !this.isEnd(text, end)) throw this.strayQuote(text, from, end);
			} else {
				end = at;
				while (end < text.length && !this.isEnd(text, end)) end++;
				cells.push(this.plain(text, from, at, end));
			}
			if (end >= text.length) return isLast ? end : -1;
			if (text[end] === this.delimiter) {
				at = end + 1;
				if (at >= text.length && !isLast) return -1;
				continue;
			}
			if (text[end] === '\n') return end + 1;
			// What follows a carriage return may be still to come.
			if (end + 1 >= text.length && !isLast) return -1;
			return text[end + 1] === '\n' ? end + 2 : end + 1;
		}
	}

	private plain(text: string, row: number, from: number, end: number): string {
		const cell = text.slice(from, end);
		if (!cell.includes('"')) return cell;
		const inner = /^="([^"]*)"\s*$/.exec(cell)?.[1];
		if (inner === undefined) throw this.strayQuote(text, row, from);
		return inner;
	}

	private openingQuote(text: string, from: number): number {
		const at = skipSpaces(text, from);
		return text[at] === '"' ? at : -1;
	}

	private isEnd(text: string, at: number): boolean {
		const character = text[at];
		return character === this.delimiter || character === '\n' || character === '\r';
	}

	private strayQuote(text: string, row: number, at: number): UnreadableFileError {
		const line = this.line + breaksIn(text, row, at);
		return new UnreadableFileError(
			`${this.name} is not CSV: line ${line} has a quotation mark inside a value`,
			'Put the value in quotation marks, and double those inside it.',
		);
	}

	private neverClosed(): UnreadableFileError {
		return new UnreadableFileError(
			`${this.name} is not CSV: a quotation mark that opens in the row of line ${this.line} is never closed`,
			'Close it, or double it where it belongs to the value.',
		);
	}
}

function closingQuote(text: string, from: number): number {
	for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
		if (text[at + 1] !== '"') return at;
	}
	return -1;
}

function skipSpaces(text: string, from: number): number {
	let at = from;
	while (text[at] === ' ') at++;
	return at;
}

function breaksIn(text: string, from: number, to: number): number {
	let count = 0;
	for (let at = from; at < to; at++) {
		if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) count++;
	}
	return count;
}
