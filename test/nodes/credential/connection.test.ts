import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import type { Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { operations } from '../../../nodes/Lma/actions/lead/Lead.resource';
import { closeConnections, readCredential, withConnection } from '../../../nodes/credential/connection';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { hasPgBouncer, startPgBouncer } from '../../setup/pgbouncer';
import { byId, type CredentialFields, credentialOf, type LmaUnderTest, openLma, runLma } from '../Lma/lma';

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

/** The pool of the credential, which this uses for a moment. */
async function poolOf(): Promise<unknown> {
	return await withConnection(readCredential(lma.credential), (sql) => Promise.resolve(sql));
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

	test('is closed a minute after its last use, and not before', async () => {
		await closeConnections();
		await lma.output('user.getMany', {});
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const pool = await poolOf();
			vi.advanceTimersByTime(59_000);
			expect(await poolOf()).toBe(pool);
			vi.advanceTimersByTime(59_000);
			expect(await poolOf()).toBe(pool);
			vi.advanceTimersByTime(61_000);
		} finally {
			vi.useRealTimers();
		}
		await expect.poll(() => connectionsOf(lma.credential.user), { timeout: 5000 }).toBe(0);
	});

	test('leaks no connection and no transaction, whatever becomes of the executions', async () => {
		const runs = Array.from({ length: 60 }, async (_, n) => {
			const items = [{ email: `leak${n}@example.com` }, { email: n % 3 ? 'wrong' : `more${n}@example.com` }];
			const parameters = { email: '={{ $json.email }}', firstName: 'A', lastName: 'B' };
			const owner = n % 3 === 0 && n % 2 ? { additionalFields: { assignedToId: 2_000_000_000 } } : {};
			return await lma.run('lead.create', { ...parameters, ...owner }, items);
		});
		const failed = (await Promise.all(runs)).filter(({ error }) => error);
		expect(failed).toHaveLength(50);
		const left = await lma.owner<{ state: string }[]>`
			select state
			from pg_stat_activity
			where usename = ${lma.credential.user} and application_name = 'n8n-nodes-lma' and datname = current_database()`;
		expect(left.length).toBeLessThanOrEqual(5);
		expect(left.map(({ state }) => state)).toEqual(left.map(() => 'idle'));
		await closeConnections();
		await expect.poll(() => connectionsOf(lma.credential.user), { timeout: 5000 }).toBe(0);
	});

	test('opens new connections when PostgreSQL has closed every one of it', async () => {
		await Promise.all(Array.from({ length: 10 }, () => lma.output('user.getMany', {})));
		await lma.owner`
			select pg_terminate_backend(pid)
			from pg_stat_activity
			where usename = ${lma.credential.user} and application_name = 'n8n-nodes-lma' and datname = current_database()`;
		// An execution that gets a connection whose end has not arrived here yet fails with it.
		const failed = async () => {
			const runs = await Promise.all(Array.from({ length: 10 }, () => lma.run('user.getMany', {})));
			return runs.filter(({ error }) => error).length;
		};
		await expect.poll(failed, { timeout: 5000 }).toBe(0);
		expect(await connectionsOf(lma.credential.user)).toBeGreaterThan(0);
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

describe('a statement', () => {
	test('has a minute, and a transaction in which nothing is said half of one', async () => {
		const credential = readCredential(lma.credential);
		const [limits] = await withConnection(credential, (sql) =>
			inOrganization(
				sql,
				'acme',
				(tx) => tx`
				select
					current_setting('statement_timeout') as statement,
					current_setting('idle_in_transaction_session_timeout') as idle`,
			),
		);
		expect(limits).toEqual({ statement: '1min', idle: '30s' });
	});

	test('that takes too long is ended, in words, and its connection goes on', async () => {
		const { get } = operations;
		const tooLong = async (tx: Sql) => {
			await tx`select set_config('statement_timeout', '50ms', true)`;
			return await tx`select pg_sleep(20)`;
		};
		Object.assign(operations, { get: { ...get, execute: tooLong } });
		try {
			const { error } = await lma.run('lead.get', { leadId: byId(1) });
			expect(error?.message).toBe('Database: the statement took too long');
			expect(error?.description).toBe('Try with fewer items.');
		} finally {
			Object.assign(operations, { get });
		}
		expect(await lma.output('user.getMany', {})).toHaveLength(3);
		expect(await connectionsOf(lma.credential.user)).toBeLessThanOrEqual(5);
	});
});

describe.skipIf(!hasPgBouncer() && !process.env.LMA_REQUIRE_PGBOUNCER)(
	'behind PgBouncer in transaction mode',
	() => {
		test('executions that share one server connection write what they should, as often as they should', async () => {
			const { host, port, user, password, database } = lma.credential;
			const url = `postgresql://${user}:${password}@${host}:${String(port)}/${database}`;
			const bouncer = await startPgBouncer(url);
			try {
				const credential = credentialOf(bouncer.url, 'acme');
				const parameters = { email: '={{ $json.email }}', firstName: 'A', lastName: 'B' };
				const runs = Array.from({ length: 40 }, async (_, n) => {
					const items = Array.from({ length: 20 }, (_item, m) => ({ email: `p${n % 20}-${m}@example.com` }));
					const { outputs, error } = await runLma(credential, 'lead.upsert', parameters, items);
					expect(error).toBeUndefined();
					return outputs[0]?.map(({ json }) => json.action) ?? [];
				});
				const actions = (await Promise.all(runs)).flat();
				expect(actions.filter((action) => action === 'created')).toHaveLength(400);
				expect(actions.filter((action) => action === 'updated')).toHaveLength(400);
			} finally {
				await closeConnections();
				await bouncer.stop();
			}
		});
	},
);

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
