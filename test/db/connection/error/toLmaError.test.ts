import { createServer, type Server } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../../db/connection/client';
import type { DatabaseLogin } from '../../../../db/connection/databaseLogin';
import { toLmaError } from '../../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../../db/connection/tenancy';
import { framesOf } from '../../../../domain/error/errorCause';
import { listLeads } from '../../../../db/lead/list';
import { createTestDatabase, type TestDatabase } from '../../../setup/database';

describe('toLmaError', () => {
	let database: TestDatabase;
	let login: DatabaseLogin;
	let silent: Server;

	beforeAll(async () => {
		database = await createTestDatabase();
		const url = new URL(database.appUrl);
		login = {
			host: url.hostname,
			port: Number(url.port),
			database: url.pathname.slice(1),
			user: url.username,
			password: url.password,
			ssl: 'disable',
		};
		// Accepts connections and never says a word.
		silent = createServer(() => undefined);
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
	});
	afterAll(async () => {
		silent.close();
		await database.drop();
	});

	const failure = async (changed: Partial<DatabaseLogin>) => {
		const sql = connect({ ...login, ...changed }, { max: 1, connectTimeout: 2 });
		try {
			return await inOrganization(sql, 'acme', (tx) => listLeads(tx, {})).then(
				() => expect.unreachable(),
				(error: unknown) => toLmaError(error),
			);
		} finally {
			await sql.end({ timeout: 1 });
		}
	};

	it('tells of a statement of ours that is wrong where it stands, and not how the driver heard of it', async () => {
		const sql = connect(login, { max: 1 });
		async function askWrongly(): Promise<unknown> {
			return await sql`selec 1`;
		}
		const error = toLmaError(await askWrongly().catch((thrown: unknown) => thrown));
		await sql.end();
		expect(error).toMatchObject({ code: 'DATABASE_42601', traits: { fault: 'program' } });
		const [first, ...others] = framesOf(error.cause);
		expect(first).toContain('ErrorResponse');
		expect(others[0]).toContain('askWrongly');
		expect(others.join()).not.toMatch(/node:|node_modules.postgres/);
	});

	it.each<[string, () => Partial<DatabaseLogin>, RegExp]>([
		['nothing listens', () => ({ port: 1 }), /Nothing answers at this host and port/],
		[
			'the host is unknown',
			() => ({ host: 'no-such-host.invalid' }),
			/host name (is unknown|could not be looked up)/,
		],
		['the server is silent', () => ({ port: portOf(silent) }), /did not answer in time/],
		['the password is wrong', () => ({ password: 'wrong' }), /User or password is wrong/],
		['the user is unknown', () => ({ user: 'nobody' }), /User or password is wrong/],
		['the database is missing', () => ({ database: 'nowhere' }), /database does not exist/],
		['the schema is missing', () => ({ database: 'template1' }), /LMA schema is missing/],
		['the organization is unknown', () => ({}), /Organization acme not found/],
		['TLS is asked of a server without', () => ({ ssl: 'require' }), /does not offer TLS/],
	])('says in words that %s, within the connect time-out', async (_, changed, message) => {
		const started = performance.now();
		const error = await failure(changed());
		expect(error.message).toMatch(message);
		if (error.code !== 'ORGANIZATION_NOT_FOUND') expect(error.message).toMatch(/^Database: /);
		expect(error.description).not.toBe('');
		expect(performance.now() - started).toBeLessThan(5000);
	});

	it('says that LMA was never set up on a server without its roles', async () => {
		const sql = postgres(database.ownerUrl, { max: 1 });
		const missing = await sql`set role "lma_owner of nobody"`.catch((error: unknown) => error);
		await sql.end();
		expect(toLmaError(missing).message).toBe('Database: the roles of LMA are missing on this server');
	});

	it('never repeats a password, a connection string or a row value', async () => {
		const sql = postgres(database.ownerUrl, { max: 1 });
		const violation = await sql`
			insert into organizations (name, slug) values ('Very Secret Ltd', null)`.catch((error: unknown) => error);
		await sql.end();
		const error = toLmaError(violation);
		expect(`${error.message} ${error.description} ${JSON.stringify(error)}`).not.toMatch(/Secret/);
		expect(error.message).toMatch(/cannot be stored/);
		const refused = await failure({ password: 'hunter2', user: 'nobody' });
		expect(`${refused.message} ${refused.stack} ${JSON.stringify(refused)}`).not.toMatch(/hunter2/);
	});
});

function portOf(server: Server): number {
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}
