import { createServer, type AddressInfo, type Server } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { runLma } from './runLma';

/** Takes every connection and hangs up, as a web server does that is spoken to in the language of PostgreSQL. */
let other: Server;
let env: Record<string, string>;

beforeAll(async () => {
	other = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
	});
	await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
	const { port } = other.address() as AddressInfo;
	env = { DATABASE_OWNER_URL: `postgres://somebody:a-secret@127.0.0.1:${String(port)}/lma` };
});
afterAll(() => other.close());

test.each([
	['migrate', ['migrate']],
	['a command that reads', ['org', 'list']],
])('what answers is not PostgreSQL: %s says so in time, and calls it no bug', async (_name, args) => {
	const { exitCode, err } = await runLma(args, { env });
	expect(exitCode).toBe(1);
	expect(err).toMatch(/^lma: Database: .* Check host(,| and) port/);
	expect(err.split('\n')).toHaveLength(1);
	expect(err).not.toContain('a-secret');
});
