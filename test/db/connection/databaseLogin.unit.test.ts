import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { databaseLogin } from '../../../db/connection/databaseLogin';
import { requireAnswer } from '../../../db/connection/firstAnswer';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { withClient } from '../../../db/connection/withClient';

/** The start-up packet that a client has sent, as text; the server then turns it away. */
let started: string;
let folder: string;
const servers: net.Server[] = [];
let port: number;
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
	all?.some(({ address }) => address === '::1'),
);

async function listen(options: net.ListenOptions): Promise<net.Server> {
	const server = net.createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', (first) => {
			started = first.toString('latin1');
			const fields = 'SFATAL\0VFATAL\0C28P01\0Mnobody may enter\0\0';
			const message = Buffer.alloc(5 + fields.length);
			message.write('E', 0);
			message.writeInt32BE(4 + fields.length, 1);
			message.write(fields, 5);
			socket.end(message);
		});
	});
	await new Promise<void>((resolve) => server.listen(options, resolve));
	servers.push(server);
	return server;
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lma-socket-'));
	const first = await listen({ host: '127.0.0.1', port: 0 });
	port = (first.address() as net.AddressInfo).port;
	if (hasIpv6) await listen({ host: '::1', port });
	await listen({ path: join(folder, '.s.PGSQL.5432') });
});
afterAll(() => {
	for (const server of servers) server.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Both drivers, as commands and the worker use them. */
const drivers: Record<string, (url: string) => Promise<unknown>> = {
	async 'postgres.js'(url) {
		const sql = connect(url, { max: 1 });
		try {
			await requireAnswer(sql);
		} finally {
			await sql.end({ timeout: 0 });
		}
	},
	pg: (url) => withClient(url, 'lma test', () => Promise.resolve()),
};

const fail = async (driver: string, url: string) =>
	toLmaError(
		await drivers[driver]?.(url).then(
			() => expect.unreachable(),
			(error: unknown) => error,
		),
	);

test.each(Object.keys(drivers))(
	'%s: a URL leads to an IPv6 address, a socket, a database with an encoded name',
	async (driver) => {
		if (hasIpv6) {
			const { code, message } = await fail(driver, `postgres://u:p@[::1]:${port}/d%20b`);
			expect(code).toBe('DATABASE_28P01');
			expect(message).toBe(`Database: User or password is wrong (database d b at [::1]:${port}, user u)`);
			expect(started).toContain('database\0d b\0');
		}
		const onSocket = await fail(driver, `postgres://u:p%25@/db?host=${encodeURIComponent(folder)}`);
		expect(onSocket.message).toContain(`(database db at socket in ${folder}, user u)`);
		expect(started).toContain('user\0u\0');
	},
);

test.each(Object.keys(drivers))('%s: what the URL tells the server arrives', async (driver) => {
	const settings = 'application_name=mine&options=endpoint%3Dx';
	await fail(driver, `postgres://u:p@127.0.0.1:${port}/db?${settings}&channel_binding=prefer`);
	expect(started).toContain('application_name\0mine\0');
	expect(started).toContain('options\0endpoint=x\0');
	expect(started).not.toContain('channel_binding');
});

test.each(Object.keys(drivers))(
	'%s: a wrong URL is told in words, and nothing is connected',
	async (driver) => {
		started = '';
		for (const query of [
			'sslmode=banana',
			'channel_binding=require',
			'sslmode=verify-full&sslrootcert=/no/such',
		]) {
			const error = await fail(driver, `postgres://u:secret@127.0.0.1:${port}/db?${query}`);
			expect(error).toMatchObject({ code: 'INVALID_DATABASE_URL', traits: { fault: 'configuration' } });
		}
		expect(await fail(driver, `postgres://u:100%@127.0.0.1:${port}/db`)).toMatchObject({
			message: 'The database URL has a "%" that is not percent-encoded',
		});
		expect(started).toBe('');
	},
);

test.each(Object.keys(drivers))('%s: what is said of TLS speaks of the URL', async (driver) => {
	const error = await fail(driver, `postgres://u:p@127.0.0.1:${port}/db?sslmode=require`);
	expect(`${error.message}. ${error.description}`).toMatch(
		/^Database: .*\(database db at 127.0.0.1:\d+, user u\)\. .*/,
	);
	expect(error.description).not.toContain('SSL mode');
});

test('the file of sslrootcert is read', () => {
	const file = join(folder, 'ca.pem');
	writeFileSync(file, 'a certificate');
	const url = `postgres://u@h/db?sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}`;
	expect(databaseLogin(url)).toMatchObject({ ssl: 'verify-full', caCertificate: 'a certificate' });
});
