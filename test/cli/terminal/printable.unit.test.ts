import { expect, test } from 'vitest';

import { printable, printableOrJson } from '../../../cli/terminal/printable';
import { formatTable } from '../../../cli/terminal/table';

test('what a terminal would take for a command is not printed', () => {
	expect(printable('a\u001b[2Jb\rc\u0007\u009b31m\u202ed')).toBe('a�[2Jb�c��31m�d');
	expect(printable('Zoë 😀 日本\n\tend')).toBe('Zoë 😀 日本\n\tend');
});

test('a row of a table stays one line', () => {
	const table = formatTable(['name', 'state'], [['a\nb\tc', 'inStep']]);
	expect(table.split('\n')).toHaveLength(3);
	expect(table).toMatch(/^a b c +inStep$/m);
});

test('JSON stays what it is', () => {
	const json = JSON.stringify({ name: 'a\u001b[2Jb\u009b31m\u202ed\n' });
	expect(printableOrJson(json)).toBe(json);
	expect(printableOrJson('a\u001b[2Jb')).toBe('a�[2Jb');
});
