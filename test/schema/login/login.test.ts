import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { connect } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { listTenantLogins } from '../../../schema/login/binding';
import type { Login } from '../../../schema/login/loginRole';
import {
	createTenantLogin,
	limitTenantLogin,
	revokeTenantLogin,
	rotateTenantLogin,
} from '../../../schema/login/tenantLogin';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

describe('tenant logins', () => {
	let database: TestDatabase;
	let owner: postgres.Sql;

	beforeAll(async () => {
		database = await createTestDatabase();
		owner = connect(database.ownerUrl);
		await seedOrganization(database.ownerUrl, 'acme');
		await seedOrganization(database.ownerUrl, 'rival');
	});
	afterAll(async () => {
		for (const { login } of await listTenantLogins(owner)) await owner`drop role if exists ${owner(login)}`;
		await owner.end();
		await database.drop();
	});

	function open({ user, password }: Login): postgres.Sql {
		const url = new URL(database.ownerUrl);
		url.username = user;
		url.password = password;
		const sql = connect(url.toString(), { max: 1 });
		onTestFinished(() => sql.end());
		return sql;
	}
	const sees = (sql: postgres.Sql) => sql`select slug from organizations`;

	it('have names that say nothing of their organization', async () => {
		const { user } = await createTenantLogin(owner, 'acme');
		expect(user).toMatch(/^lma_t_[a-z]{12}$/);
	});

	it('get a new password when they are made again, and stay with their organization', async () => {
		const first = await createTenantLogin(owner, 'acme');
		const second = await createTenantLogin(owner, 'acme', { user: first.user });
		expect(await sees(open(second))).toEqual([{ slug: 'acme' }]);
		await expect(sees(open(first))).rejects.toMatchObject({ code: '28P01' });
		await expect(createTenantLogin(owner, 'rival', { user: first.user })).rejects.toThrow(
			`The login ${first.user} belongs to organization acme`,
		);
		expect(await sees(open(second))).toEqual([{ slug: 'acme' }]);
	});

	it.each([
		['postgres', 'exists and is not in lma_tenant'],
		['pg_mine', 'starts with pg_'],
		['ü'.repeat(32), 'is longer than 63 bytes'],
	])('are not made as %s', async (user, problem) => {
		await expect(createTenantLogin(owner, 'acme', { user })).rejects.toThrow(problem);
		const logins = await listTenantLogins(owner, 'acme');
		expect(logins.map(({ login }) => login)).not.toContain(user);
	});

	it('may hold so many connections at once, and the next one is told what to do', async () => {
		const login = await createTenantLogin(owner, 'acme', { connectionLimit: 1 });
		const [first, second] = [open(login), open(login)];
		await sees(first);
		const refused = toLmaError(await sees(second).catch((error: unknown) => error));
		expect(refused.sentences).toBe(
			'Database: this login holds as many connections as it may. Raise its limit with `lma org login limit`, or put PgBouncer in front.',
		);
		await limitTenantLogin(owner, 'acme', login.user, 2);
		expect(await sees(second)).toEqual([{ slug: 'acme' }]);
		await expect(limitTenantLogin(owner, 'rival', login.user, 3)).rejects.toThrow(
			`Organization rival has no login ${login.user}`,
		);
		await expect(limitTenantLogin(owner, 'acme', login.user, 0)).rejects.toThrow('from 1 to 10000');
		await expect(createTenantLogin(owner, 'acme', { connectionLimit: NaN })).rejects.toThrow(
			'The connection limit NaN is not a whole number',
		);
	});

	it('have limits that they cannot lift, and are kept when they are made again', async () => {
		const { user } = await createTenantLogin(owner, 'acme');
		const limits = () => owner`select rolconnlimit as limit from pg_roles where rolname = ${user}`;
		expect(await limits()).toEqual([{ limit: 30 }]);
		await createTenantLogin(owner, 'acme', { user, connectionLimit: 5 });
		const session = open(await createTenantLogin(owner, 'acme', { user }));
		expect(await limits()).toEqual([{ limit: 5 }]);
		await expect(session.unsafe(`alter role ${user} connection limit -1`)).rejects.toThrow(
			'permission denied',
		);
		expect(await session`show idle_in_transaction_session_timeout`).toEqual([
			{ idleInTransactionSessionTimeout: '1min' },
		]);
		expect(await session`show statement_timeout`).toEqual([{ statementTimeout: '5min' }]);
	});

	it('are listed by organization, the ones whose role is gone as unable to log in', async () => {
		const { user } = await createTenantLogin(owner, 'rival');
		const [listed] = await listTenantLogins(owner, 'rival');
		expect(listed).toEqual({
			login: user,
			organization: 'rival',
			createdAt: expect.stringMatching(/^\d{4}-/) as string,
			canLogIn: true,
		});
		await owner`drop role ${owner(user)}`;
		expect(await listTenantLogins(owner, 'rival')).toMatchObject([{ login: user, canLogIn: false }]);
		await expect(rotateTenantLogin(owner, 'rival', user)).rejects.toThrow(
			`The PostgreSQL role ${user} is gone`,
		);
		expect(await revokeTenantLogin(owner, 'rival', user)).toMatchObject({ dropped: true });
		expect(await listTenantLogins(owner, 'rival')).toEqual([]);
		await expect(listTenantLogins(owner, 'nobody')).rejects.toThrow('Organization nobody not found');
	});

	it('rotated: the old password opens nothing, and what it had opened is closed', async () => {
		const before = await createTenantLogin(owner, 'acme');
		const session = open(before);
		await sees(session);
		const after = await rotateTenantLogin(owner, 'acme', before.user);
		expect(after.sessions).toEqual({ ended: 1, left: 0 });
		await expect(sees(session)).rejects.toThrow();
		await expect(sees(open(before))).rejects.toMatchObject({ code: '28P01' });
		expect(await sees(open(after))).toEqual([{ slug: 'acme' }]);
	});

	it('revoked: gone with their sessions, binding and role', async () => {
		const login = await createTenantLogin(owner, 'acme');
		const session = open(login);
		await sees(session);
		expect(await revokeTenantLogin(owner, 'acme', login.user)).toEqual({
			sessions: { ended: 1, left: 0 },
			dropped: true,
		});
		await expect(sees(session)).rejects.toThrow();
		await expect(sees(open(login))).rejects.toThrow();
		expect(await owner`select from pg_roles where rolname = ${login.user}`).toHaveLength(0);
		await expect(revokeTenantLogin(owner, 'acme', login.user)).rejects.toThrow(
			`Organization acme has no login ${login.user}`,
		);
	});

	it('revoked while owning something: cannot log in, sees nothing, and the role stays', async () => {
		const login = await createTenantLogin(owner, 'acme');
		await owner`create schema kept authorization ${owner(login.user)}`;
		expect(await revokeTenantLogin(owner, 'acme', login.user)).toMatchObject({
			dropped: false,
			keptBecause: 'it owns something, or rights were granted to it',
		});
		await expect(sees(open(login))).rejects.toMatchObject({ code: expect.stringMatching(/^28/) as string });
		await owner`drop schema kept`;
		await owner`drop role ${owner(login.user)}`;
	});

	it.each([
		['rotated', rotateTenantLogin],
		['revoked', revokeTenantLogin],
	])('are not %s for an organization that they do not belong to', async (_done, change) => {
		const { user } = await createTenantLogin(owner, 'acme');
		await expect(change(owner, 'rival', user)).rejects.toThrow(`Organization rival has no login ${user}`);
		await expect(change(owner, 'acme', 'postgres')).rejects.toThrow(
			'Organization acme has no login postgres',
		);
	});

	it('are bound although they are members through a group, or inherit nothing', async () => {
		const group = await createTenantLogin(owner, 'acme');
		const [within, bare] = ['within', 'bare'].map((name) => `lma_t_${name}${randomBytes(4).toString('hex')}`);
		for (const [user, inherits] of [
			[within!, 'inherit'],
			[bare!, 'noinherit'],
		] as const) {
			await owner.unsafe(`create role ${user} login password 'x' ${inherits}`);
			await owner`grant ${owner(inherits === 'inherit' ? group.user : 'lma_tenant')} to ${owner(user)}`;
			const rival = await owner<{ id: number }[]>`select id from organizations where slug = 'rival'`;
			const session = open({ user, password: 'x' });
			await session`select set_config('lma.organization_id', ${rival[0]!.id}, false)`;
			await session`set role lma_app`;
			expect(await sees(session)).toEqual([]);
			await session.end();
			await owner`drop role ${owner(user)}`;
		}
	});

	describe('administered by a user with CREATEROLE who is no superuser', () => {
		const name = `lma_admin_${randomBytes(4).toString('hex')}`;
		let admin: postgres.Sql;

		beforeAll(async () => {
			await owner.unsafe(`create role ${name} login password 'x' createrole`);
			await owner`grant lma_owner to ${owner(name)}`;
			await owner`grant lma_tenant to ${owner(name)} with admin option`;
			const url = new URL(database.ownerUrl);
			url.username = name;
			url.password = 'x';
			admin = connect(url.toString());
		});
		afterAll(async () => {
			await admin.end();
			await owner`drop owned by ${owner(name)} cascade`;
			await owner`drop role ${owner(name)}`;
		});

		it('have their sessions ended all the same, and no membership is left behind', async () => {
			const login = await createTenantLogin(admin, 'acme');
			await sees(open(login));
			const rotated = await rotateTenantLogin(admin, 'acme', login.user);
			expect(rotated.sessions).toEqual({ ended: 1, left: 0 });
			const members = await owner`
				select
				from pg_auth_members m
				where m.roleid = ${login.user}::text::regrole
					and m.member = ${name}::text::regrole
					and coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)`;
			expect(members).toHaveLength(0);
			await sees(open(rotated));
			expect(await revokeTenantLogin(admin, 'acme', login.user)).toEqual({
				sessions: { ended: 1, left: 0 },
				dropped: true,
			});
		});
	});

	it('are not made by a user who may not make roles, and that is told of the role', async () => {
		const app = connect(database.appUrl, { max: 1 });
		onTestFinished(() => app.end());
		await expect(createTenantLogin(app, 'acme', { user: 'lma_t_mine' })).rejects.toMatchObject({
			code: 'LOGIN_PERMISSION_DENIED',
			message: 'The connected user may not create or change the PostgreSQL role lma_t_mine',
		});
	});
});
