import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { connect, type Pool } from '../../../db/connection/client';
import { changeDatabaseUrl } from '../../../domain/database/databaseUrl';
import { createLogin, type Login } from '../../../schema/login/loginRole';
import { createTenantLogin } from '../../../schema/login/tenantLogin';
import { runLma } from '../../cli/runLma';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

describe('the login of a worker', () => {
	let database: TestDatabase;
	let owner: Pool;
	const suffix = crypto.randomUUID().slice(0, 8);

	beforeAll(async () => {
		database = await createTestDatabase();
		owner = connect(database.ownerUrl, { max: 1 });
		await seedOrganization(database.ownerUrl, 'acme');
	});
	afterAll(async () => {
		await owner.end();
		await database.drop();
	});

	/** A worker with this login does not start. Returns what is said. */
	async function refusal(login: Partial<Login>): Promise<string> {
		const env = {
			DATABASE_URL: changeDatabaseUrl(database.ownerUrl, login),
			LMA_HTTP_PORT: '0',
			LOG_LEVEL: 'silent',
		};
		const { exitCode, err } = await runLma(['worker'], { env });
		expect(exitCode).toBe(1);
		expect(err).toMatch(/^lma: DATABASE_URL names the login /);
		expect(err).toContain('create one with `lma migrate --worker-login');
		expect(err).not.toContain('Run `lma migrate`');
		return err;
	}

	async function makeLogin(group: 'lma_worker' | 'lma_app', name: string, option = ''): Promise<Login> {
		const login = await createLogin(owner, group, { user: `lma_${name}_${suffix}` });
		onTestFinished(async () => {
			await owner`drop role ${owner(login.user)}`;
		});
		await owner.unsafe(option.replaceAll('$', login.user));
		return login;
	}

	it('is not a superuser, whom row security does not bind', async () => {
		expect(await refusal({})).toContain('is a superuser');
	});

	it.each([
		['BYPASSRLS', 'alter role $ bypassrls', 'has BYPASSRLS'],
		['the rights of the owner', 'grant lma_owner to $', 'owns the schema'],
		[
			'no inheritance',
			'alter role $ noinherit; revoke lma_worker from $',
			'has not the rights of lma_worker',
		],
	])('is not one with %s', async (_what, option, problem) => {
		expect(await refusal(await makeLogin('lma_worker', 'unfit', option))).toContain(problem);
	});

	it('is not that of a node', async () => {
		expect(await refusal(await makeLogin('lma_app', 'nodes'))).toContain('has not the rights of lma_worker');
		const tenant = await createTenantLogin(owner, 'acme', { user: `lma_t_${suffix}` });
		onTestFinished(async () => {
			await owner`drop role ${owner(tenant.user)}`;
		});
		expect(await refusal(tenant)).toContain('is a tenant login');
	});
});
