import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { migrate } from '../../schema/migration/migrate';
import { migrateQueues } from '../../schema/migration/migrateQueues';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const root = join(__dirname, '../..');
let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	await migrate(database.ownerUrl, { afterwards: migrateQueues });
});
afterAll(() => database.drop());

/** A shell with its own pipe: what stands before the reader is told with its exit code, and what it wrote to standard error. */
async function runPiped(args: string, reader: string): Promise<string> {
	const lma = `"${process.execPath}" -r "${root}/test/worker/process/typescript.cjs" "${root}/cli/main.ts" ${args}`;
	const child = spawn('bash', ['-c', `${lma} | ${reader} >/dev/null; echo "\${PIPESTATUS[0]}"`], {
		cwd: root,
		env: { PATH: process.env.PATH, DATABASE_URL: database.workerUrl, LMA_HTTP_PORT: '0', LOG_LEVEL: 'debug' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
	await once(child, 'close');
	return text.trim();
}

test('the help, piped into head, ends without a word', async () => {
	// Where `head` reads everything before it ends, the help is all written.
	expect(await runPiped('worker --help', 'head -n 1')).toMatch(/^(0|141)$/);
});

test('a worker whose log nobody reads any more stops at its next line, and without a word', async () => {
	expect(await runPiped('worker', 'true')).toBe('141');
});
