import { expect, test } from 'vitest';
import { z } from 'zod/v4';

import { runProgram } from '../../../cli/runProgram';

async function runFailing(thrown: unknown, env: NodeJS.ProcessEnv = {}): Promise<string> {
	const notes: string[] = [];
	const exitCode = await runProgram(
		['worker'],
		{ startWorker: () => Promise.reject(thrown as Error) },
		{
			env,
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

test('a stored value that is not as it should be is a mistake, and is not repeated', async () => {
	const read = () =>
		z.object({ email: z.string().refine(() => false, '"ada@example.com" is taken') }).parse({ email: 'Ada' });
	const said = await runFailing(thrownBy(read));
	expect(said).toContain('Something unexpected failed in LMA (ZodError)');
	expect(said).toContain('mistake.unit.test');
	expect(said).not.toMatch(/Ada|ada@/);
});

test('says for debugging where every cause is, without the values that a driver repeats', async () => {
	const driver = Object.assign(new Error('invalid input syntax for type integer: "Ada"'), {
		code: '22P02',
		severity: 'ERROR',
		detail: 'Failing row contains (Ada)',
	});
	const said = await runFailing(new Error('importing failed', { cause: driver }), { LOG_LEVEL: 'debug' });
	expect(said).toContain('importing failed');
	expect(said).toContain('SQLSTATE 22P02');
	expect(said.match(/mistake\.unit\.test/g)?.length).toBeGreaterThan(1);
	expect(said).not.toContain('Ada');
});

test.each<[string, unknown]>([
	['null', null],
	['an object without a prototype', Object.create(null)],
	['an error that cannot be read', unreadable()],
	['a symbol', Symbol('s')],
])('ends in words whatever is thrown: %s', async (_what, thrown) => {
	expect(await runFailing(thrown)).toMatch(/^lma: Something unexpected failed in LMA/);
});

test('a full disk is neither a mistake nor the database', async () => {
	const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
		code: 'ENOSPC',
		syscall: 'write',
	});
	expect(await runFailing(full)).toBe(
		'lma: There is no room left on the disk (ENOSPC). Make room, then try again.',
	);
});

function thrownBy(work: () => unknown): unknown {
	try {
		return work();
	} catch (error) {
		return error;
	}
}

function unreadable(): Error {
	return Object.defineProperty(new Error('x'), 'message', {
		get() {
			throw new Error('no');
		},
	});
}
