import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { closeConnections, readCredential, withConnection } from '../../../nodes/Lma/connection';
import { openLma, runLma, type CredentialFields, type LmaUnderTest } from './lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});

async function connectionsOf(user: string): Promise<number> {
	const [row] = await lma.owner<{ count: number }[]>`
		select count(*)::int
		from pg_stat_activity
		where usename = ${user} and application_name = 'n8n-nodes-lma' and datname = current_database()`;
	return row?.count ?? 0;
}

describe('the pool', () => {
	test('is shared by executions and bounded, and none is left open after it is closed', async () => {
		const runs = Array.from({ length: 20 }, () => lma.output('user.getMany', {}));
		await Promise.all(runs);
		const open = await connectionsOf(lma.credential.user);
		expect(open).toBeGreaterThan(0);
		expect(open).toBeLessThanOrEqual(5);
		await closeConnections();
		await expect.poll(() => connectionsOf(lma.credential.user), { timeout: 5000 }).toBe(0);
	});

	test('another credential gets another pool', async () => {
		const acme = readCredential(lma.credential);
		const pools = new Set<unknown>();
		for (const credential of [acme, { ...acme }, { ...acme, organization: 'globex' }]) {
			await withConnection(credential, (sql) => Promise.resolve(pools.add(sql)));
		}
		expect(pools.size).toBe(2);
	});
});

describe('a credential that is not filled in', () => {
	test.each([
		['host', { host: '' }],
		['port', { port: 'abc' }],
		['port', { port: 70_000 }],
		['database', { database: ' ' }],
		['user', { user: '' }],
		['ssl', { ssl: 'maybe' }],
		['organization', { organization: '' }],
	])('is refused by the name of the field: %s', (field, wrong) => {
		expect(() => readCredential({ ...lma.credential, ...wrong })).toThrow(
			new RegExp(`The field "${field}" of the LMA credential`),
		);
	});

	test('a certificate keeps its meaning without its line breaks', () => {
		const pem = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n${'B'.repeat(10)}\n-----END CERTIFICATE-----\n`;
		const oneLine = pem.replaceAll('\n', ' ');
		expect(readCredential({ ...lma.credential, caCertificate: oneLine + oneLine }).caCertificate).toBe(
			pem + pem,
		);
	});
});

/** What the credential's test and a node say of a database that cannot be used. */
const failures: [string, () => Partial<CredentialFields>, RegExp][] = [
	['the host is unknown', () => ({ host: 'no-such-host.invalid' }), /host name/i],
	['nothing listens at the port', () => ({ port: 1 }), /Nothing answers at this host and port/],
	['the password is wrong', () => ({ password: 'wrong-password' }), /User or password is wrong/],
	['the user is unknown', () => ({ user: 'nobody' }), /User or password is wrong|refuses this login/],
	['the database does not exist', () => ({ database: 'no_such_database' }), /database does not exist/i],
	['the organization is unknown', () => ({ organization: 'initech' }), /Organization initech not found/],
	['the server has no TLS', () => ({ ssl: 'require' }), /does not offer TLS/],
	['the schema was not migrated', () => ({ database: 'postgres' }), /schema is missing.*lma migrate/],
];

describe.each(failures)('when %s', (_title, wrong, text) => {
	test('the credential’s test says so', async () => {
		const credential = { ...lma.credential, ...wrong() };
		const result = await new Lma().methods.credentialTest.lmaApiTest.call({} as never, {
			id: '1',
			name: 'LMA',
			type: 'lmaApi',
			data: credential,
		});
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(text);
		expect(result.message).not.toContain(credential.password);
	});

	test('a node says so, with what to do', async () => {
		const credential = { ...lma.credential, ...wrong() };
		const { error } = await runLma(credential, 'user.getMany', {}, [{}]);
		expect(`${error?.message ?? ''} ${error?.description ?? ''}`).toMatch(text);
		expect(error?.description).toMatch(/\.$/);
		expect(JSON.stringify(error)).not.toContain(credential.password);
	});
});

test(
	'a server that accepts and never answers is given up within the connect time-out',
	{ timeout: 30_000 },
	async () => {
		const sockets = new Set<net.Socket>();
		const silent = net.createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
		await new Promise((resolve) => silent.once('listening', resolve));
		try {
			const { port } = silent.address() as net.AddressInfo;
			const begun = Date.now();
			const { error } = await runLma({ ...lma.credential, port }, 'user.getMany', {}, [{}]);
			expect(error?.message).toMatch(/did not answer in time/);
			expect(Date.now() - begun).toBeLessThan(15_000);
		} finally {
			for (const socket of sockets) socket.destroy();
			silent.close();
		}
	},
);

test('the credential’s test accepts a credential that works, and leaves no connection behind', async () => {
	await closeConnections();
	const result = await new Lma().methods.credentialTest.lmaApiTest.call({} as never, {
		id: '1',
		name: 'LMA',
		type: 'lmaApi',
		data: lma.credential,
	});
	expect(result).toEqual({ status: 'OK', message: 'Connected to organization acme' });
	await expect.poll(() => connectionsOf(lma.credential.user), { timeout: 5000 }).toBe(0);
});
