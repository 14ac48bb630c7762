import { expect, test } from 'vitest';

import { wrapCells } from '../../../cli/terminal/wrapCells';

test('cells that are too wide go on in the next row, beside nothing', () => {
	expect(wrapCells(['key', 'one two three', '["a","bc","d"]'], [undefined, 8, 9])).toEqual([
		['key', 'one two', '["a",'],
		['', 'three', '"bc","d"]'],
	]);
});

test('what fits, is empty or cannot be broken stays whole', () => {
	expect(wrapCells(['', 'Europe/Vienna', 'a b'], [4, 4, 3])).toEqual([['', 'Europe/Vienna', 'a b']]);
});
