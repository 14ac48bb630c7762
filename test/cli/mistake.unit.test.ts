import { expect, test } from 'vitest';

import { run } from '../../cli/run';

async function runFailing(thrown: Error): Promise<string> {
	const notes: string[] = [];
	const exitCode = await run(
		['worker'],
		{ startWorker: () => Promise.reject(thrown) },
		{
			env: {},
			print: () => undefined,
			note: (line) => notes.push(line),
			readInput: () => Promise.resolve(null),
		},
	);
	expect(exitCode).toBe(1);
	return notes.join('\n');
}

test('a mistake of LMA says what and where it is', async () => {
	const said = await runFailing(new TypeError('no ada@example.com'));
	expect(said).toContain('Something unexpected failed in LMA (TypeError)');
	expect(said.match(/mistake\.unit\.test/g)).toHaveLength(1);
	expect(said).not.toContain('ada@example.com');
});

test('what a person can mend has no stack', async () => {
	expect(await runFailing(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).not.toContain('.test.ts');
});
