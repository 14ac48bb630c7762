import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(__dirname, '../..');
/** 128 and the number of SIGPIPE, as a shell says of a program that was ended by it. */
const BROKEN_PIPE = 141;

/** Runs `lma` with nobody there to read what it prints on one of its streams. */
async function runUnread(args: string[], unread: 'stdout' | 'stderr') {
	const child = spawn(
		process.execPath,
		['-r', join(root, 'test/worker/process/typescript.cjs'), join(root, 'cli/main.ts'), ...args],
		{ cwd: root, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
	);
	let text = '';
	const other = unread === 'stdout' ? child.stderr : child.stdout;
	other.on('data', (chunk: Buffer) => (text += chunk.toString()));
	child[unread].destroy();
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, text };
}

test('a reader that has seen enough ends the command, and nothing is said about it', async () => {
	expect(await runUnread(['worker', '--help'], 'stdout')).toEqual({ code: BROKEN_PIPE, text: '' });
});

test('so does one of the messages', async () => {
	expect(await runUnread(['no-such-command'], 'stderr')).toEqual({ code: BROKEN_PIPE, text: '' });
});
