import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeText, findEncoding } from '../../../domain/leadFile/encoding';

const file = (bytes: Uint8Array, pieceSize = 7) => ({
	name: 'a.csv',
	// In pieces that cut characters in two.
	async *open() {
		for (let at = 0; at < bytes.length; at += pieceSize)
			yield await Promise.resolve(bytes.subarray(at, at + pieceSize));
	},
});

async function read(bytes: Uint8Array, pieceSize?: number) {
	const source = file(bytes, pieceSize);
	const encoding = await findEncoding(source, (option) => option);
	let text = '';
	for await (const piece of decodeText(source.open(), encoding, 'a.csv', (option) => option)) text += piece;
	return { label: encoding.label, isGuess: encoding.isGuess, text };
}

const marks = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] };

function encoded(text: string, label: keyof typeof marks, isMarked: boolean): Buffer {
	const bytes = Buffer.from(text, label === 'utf-8' ? 'utf8' : 'utf16le');
	if (label === 'utf-16be') bytes.swap16();
	return isMarked ? Buffer.concat([Buffer.from(marks[label]), bytes]) : bytes;
}

test('a file is read in each Unicode encoding, with a mark and without, in pieces of any size', async () => {
	const label = fc.constantFrom('utf-8', 'utf-16le', 'utf-16be');
	const rows = fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 4 });
	await fc.assert(
		fc.asyncProperty(
			label,
			fc.boolean(),
			rows,
			fc.integer({ min: 1, max: 50 }),
			async (name, isMarked, names, size) => {
				const cells = names.map((cell) => cell.replaceAll(/[\0\uFEFF]/g, '').toWellFormed());
				const text = `Email;First name;Company\r\n${cells.map((cell) => `someone@x.example;${cell};Acme Incorporated\r\n`).join('')}`;
				expect(await read(encoded(text, name, isMarked), size)).toEqual({
					label: name,
					isGuess: false,
					text,
				});
			},
		),
	);
});

test('what is no UTF-8 is Windows-1252, and said to be a guess', async () => {
	const bytes = Buffer.from('Email\r\nZo\xeb M\xfcller \x80', 'latin1');
	expect(await read(bytes)).toEqual({ label: 'windows-1252', isGuess: true, text: 'Email\r\nZoë Müller €' });
});

test.each([
	['PK\x03\x04', 'an Excel workbook'],
	['%PDF-1.7', 'a PDF'],
	['\x1f\x8b', 'a compressed file'],
])('%j is no text', async (start, what) => {
	await expect(findEncoding(file(Buffer.from(`${start}rest`, 'latin1')), (option) => option)).rejects.toThrow(
		`a.csv is ${what}`,
	);
});
