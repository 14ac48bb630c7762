import { expect, test } from 'vitest';
import { z } from 'zod/v4';

import { withFacts } from '../../../domain/input/facts';
import { readInput } from '../../../domain/input/readInput';

const count = withFacts(z.number().optional(), { isShown: true });
const schema = z.strictObject({ from: count, to: count }).check(({ value, issues }) => {
	if ((value.to ?? 10) < (value.from ?? 0)) {
		issues.push({ code: 'custom', path: ['to'], input: value, message: 'is below from; raise it' });
	}
});

test('a problem repeats the value that was given, and none where none was', () => {
	expect(readInput(schema, { from: 5, to: 4 }).problems).toMatchObject([{ message: 'to is below from: 4' }]);
	expect(readInput(schema, { from: 30 }).problems).toMatchObject([{ message: 'to is below from' }]);
});
