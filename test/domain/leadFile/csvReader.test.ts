import fc from 'fast-check';
import { expect, test } from 'vitest';

import { CsvReader } from '../../../domain/leadFile/csvReader';
import { csvLine, neutralised, restored } from '../../../domain/leadFile/formula';

function readAll(text: string, delimiter: string, cuts: readonly number[] = []) {
	const reader = new CsvReader(delimiter, 'a.csv');
	const ends = [...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
	let from = 0;
	const rows = ends.flatMap((end) => {
		const piece = text.slice(from, end);
		from = end;
		return reader.read(piece);
	});
	return [...rows, ...reader.end()];
}

const cell = fc.oneof(
	fc.string({ maxLength: 6 }),
	fc.stringMatching(/^[",;\t|\r\n a=+']{0,6}$/),
	fc.string({ unit: 'grapheme', maxLength: 4 }),
);

test('rows come back as they were written, whatever delimiter, quotes, line ends and pieces', () => {
	const settings = fc.record({
		delimiter: fc.constantFrom(',', ';', '\t', '|'),
		lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
		quotesAll: fc.boolean(),
		endsWithBreak: fc.boolean(),
		cuts: fc.array(fc.nat(), { maxLength: 5 }),
	});
	const table = fc
		.integer({ min: 2, max: 5 })
		.chain((width) =>
			fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
		);
	fc.assert(
		fc.property(table, settings, (rows, { delimiter, lineEnd, quotesAll, endsWithBreak, cuts }) => {
			const written = (value: string) =>
				quotesAll || /["\r\n]|^ | $/.test(value) || value.includes(delimiter)
					? `"${value.replaceAll('"', '""')}"`
					: value;
			const lines = rows.map((row) => row.map(written).join(delimiter));
			const text = lines.join(lineEnd) + (endsWithBreak ? lineEnd : '');
			expect(readAll(text, delimiter, cuts).map(({ cells }) => cells)).toEqual(rows);
		}),
		{ numRuns: 500 },
	);
});

test('what we write is read again as it was, and no cell of it is a formula', () => {
	fc.assert(
		fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
			const [row] = readAll(csvLine(cells), ',');
			expect(row?.cells.map(restored)).toEqual(cells);
			expect(row?.cells.filter((written) => /^[=+@\t\r\n]/.test(written))).toEqual([]);
		}),
		{ numRuns: 500 },
	);
	expect(['=1', '+1', '-a', '@x', '\tx', "'=x", '＝1', '-5', "'x"].map(neutralised)).toEqual([
		"'=1",
		"'+1",
		"'-a",
		"'@x",
		"'\tx",
		"''=x",
		"'＝1",
		'-5',
		"'x",
	]);
});

test('lines are those of the file, over cells of several lines and empty ones', () => {
	const rows = readAll('a,b\n\n"one\ntwo\r\nthree",x\r\n\rlast,y', ',');
	expect(rows.map(({ line }) => line)).toEqual([1, 3, 7]);
});

test('spaces around quotes, and text that was written for Excel, are no part of a value', () => {
	expect(readAll('a, "b, c" ,="0123"\n', ',')).toEqual([{ line: 1, cells: ['a', 'b, c', '0123'] }]);
});

test('a quotation mark out of place is named by its line, and repeats nothing', () => {
	expect(() => readAll('a,b\nx,5" wide\n', ',')).toThrow(
		'a.csv is not CSV: line 2 has a quotation mark inside a value',
	);
	expect(() => readAll('a,b\n"x"y,z\n', ',')).toThrow('line 2 has a quotation mark inside a value');
	expect(() => readAll('a,b\nx,"y\n', ',')).toThrow(
		'a quotation mark that opens in the row of line 2 is never closed',
	);
});
