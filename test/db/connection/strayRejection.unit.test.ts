import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { connect } from '../../../db/connection/client';
import { takeStrayRejections } from '../../../db/connection/strayRejection';

/** What would end a process that nobody protects: vitest's own listeners are put aside. */
const fatal = vi.fn();
const rejected = vi.fn();
const listeners = process.listeners('unhandledRejection');

beforeEach(() => {
	process.removeAllListeners('unhandledRejection');
	process.on('uncaughtException', fatal);
});
afterEach(() => {
	process.removeAllListeners('unhandledRejection');
	process.off('uncaughtException', fatal);
	for (const listener of listeners) process.on('unhandledRejection', listener);
	vi.resetAllMocks();
});

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A server that lets anybody in, and closes the connection as soon as it is asked something. */
async function startRude() {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', () => {
			socket.write(Buffer.concat([AUTHENTICATED, READY]));
			socket.once('data', () => socket.destroy());
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { server, url: `postgres://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/d` };
}

test('a connection cut while the driver asks for array types does not end the process', async () => {
	const { server, url } = await startRude();
	const sql = connect(url, { max: 1 });
	process.on('unhandledRejection', rejected);
	void sql.reserve();
	await vi.waitFor(() => {
		expect(rejected).toHaveBeenCalled();
	});
	expect(rejected.mock.calls[0]?.[0]).toMatchObject({ code: 'CONNECTION_CLOSED' });
	expect(fatal).not.toHaveBeenCalled();
	await sql.end({ timeout: 0 });
	server.close();
});

test('any other rejection that nobody takes ends the process as it would without a pool', async () => {
	const sql = connect('postgres://u:p@127.0.0.1:1/d');
	void Promise.reject(new Error('a mistake'));
	await vi.waitFor(() => {
		expect(fatal).toHaveBeenCalled();
	});
	expect(fatal.mock.calls[0]?.[0]).toMatchObject({ message: 'a mistake' });
	await sql.end();
	expect(process.listenerCount('unhandledRejection')).toBe(0);
});

test('two pools listen once, and until the last of them is closed', async () => {
	const [one, other] = [connect('postgres://u:p@127.0.0.1:1/d'), connect('postgres://u:p@127.0.0.1:1/d')];
	expect(process.listenerCount('unhandledRejection')).toBe(1);
	await one.end();
	await one.end();
	expect(process.listenerCount('unhandledRejection')).toBe(1);
	await other.end();
	expect(process.listenerCount('unhandledRejection')).toBe(0);
});

test('whoever asks is told of the connection that was lost', async () => {
	const { server, url } = await startRude();
	const onLost = vi.fn();
	const leave = takeStrayRejections(onLost);
	const sql = connect(url, { max: 1 });
	void sql.reserve();
	await vi.waitFor(() => {
		expect(onLost).toHaveBeenCalled();
	});
	expect(onLost.mock.calls[0]?.[0]).toMatchObject({ code: 'CONNECTION_CLOSED' });
	await sql.end({ timeout: 0 });
	leave();
	server.close();
	expect(process.listenerCount('unhandledRejection')).toBe(0);
});
