import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

import { adopt } from '../../../schema/adopt/adopt';
import { migrate } from '../../../schema/migration/migrate';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { withDatabase } from '../../setup/template';
import { asSuperuser, createOtherDatabase, type OtherDatabase } from './otherProgram';

describe('lma adopt refuses', () => {
	let other: OtherDatabase;
	let fresh: TestDatabase;
	const { adminUrl, prefix } = inject('cluster');
	const login = `${prefix}_limited`;

	beforeAll(async () => {
		other = await createOtherDatabase('document', { leads: 100, communications: 100 });
		fresh = await createTestDatabase();
		await asSuperuser(adminUrl, (sql) =>
			sql.unsafe(`create role ${login} login password 'limited' createrole`),
		);
	}, 120_000);
	afterAll(async () => {
		await other.drop();
		await fresh.drop();
		await asSuperuser(adminUrl, (sql) => sql.unsafe(`drop role if exists ${login}`));
	});

	const asLimited = () => {
		const url = new URL(other.adminUrl);
		url.username = login;
		url.password = 'limited';
		return url.toString();
	};

	it('a database without leads', async () => {
		const name = `${prefix}_empty`;
		await asSuperuser(adminUrl, (sql) => sql.unsafe(`create database ${name}`));
		await expect(adopt(withDatabase(adminUrl, name))).rejects.toMatchObject({ code: 'NOT_AN_LMA_DATABASE' });
		await asSuperuser(adminUrl, (sql) => sql.unsafe(`drop database ${name}`));
	});

	it('a database that LMA made itself', async () => {
		await expect(adopt(fresh.ownerUrl)).rejects.toMatchObject({ code: 'ALREADY_MIGRATED' });
	});

	it('tables of a role that the login may not act as', async () => {
		await expect(adopt(asLimited())).rejects.toThrow(new RegExp(`belong to ${other.role}.*${login}`));
	});

	it('a login that may not create the database to compare with', async () => {
		await asSuperuser(adminUrl, (sql) => sql.unsafe(`grant ${other.role} to ${login}`));
		await expect(adopt(asLimited())).rejects.toMatchObject({ code: 'CANNOT_CREATE_DATABASE' });
	});

	it('a reference database that is not empty', async () => {
		await expect(adopt(other.adminUrl, { referenceUrl: fresh.ownerUrl })).rejects.toMatchObject({
			code: 'REFERENCE_NOT_EMPTY',
		});
	});

	it('a platform role that is not there, and one that tenants act as', async () => {
		await expect(adopt(other.adminUrl, { platformRoles: ['nobody_here'] })).rejects.toThrow('nobody_here');
		await expect(adopt(other.adminUrl, { platformRoles: ['lma_app'] })).rejects.toThrow(
			'every organization to tenants',
		);
	});

	it('a second adoption while one is running', async () => {
		await asSuperuser(other.adminUrl, async (sql) => {
			await sql`select pg_advisory_lock(hashtextextended('lma adopt', 0))`;
			await expect(adopt(other.adminUrl)).rejects.toMatchObject({ code: 'ADOPTION_RUNNING' });
		});
	});

	it('policies of the other program that would show tenants everything', async () => {
		await asSuperuser(other.adminUrl, (sql) => sql`create policy open on leads using (true)`);
		const attempt = adopt(other.adminUrl, { apply: true, platformRoles: [other.role] });
		await expect(attempt).rejects.toThrow(/public\.leads\.open/);
		await asSuperuser(other.adminUrl, (sql) => sql`drop policy open on leads`);
	});

	it('to wait for ever for a table in a long transaction, and goes on when it is free', async () => {
		const holder = postgres(other.adminUrl, { max: 1 });
		const held = Promise.withResolvers<unknown>();
		const release = Promise.withResolvers<unknown>();
		const holding = holder.begin(async (tx) => {
			await tx`select 1 from leads limit 1`;
			held.resolve(null);
			await release.promise;
		});
		await held.promise;
		const options = { apply: true, platformRoles: [other.role], lockWaitMs: 600 };
		await expect(adopt(other.adminUrl, options)).rejects.toMatchObject({ code: 'ADOPTION_LOCKED_OUT' });
		// Half adopted: the migrations do not touch it.
		await expect(migrate(other.adminUrl)).rejects.toMatchObject({ code: 'HALF_ADOPTED' });
		const onWait = vi.fn();
		const later = adopt(other.adminUrl, { apply: true, lockWaitMs: 60_000, onWait });
		await expect.poll(() => onWait.mock.calls.length, { timeout: 30_000 }).toBeGreaterThan(1);
		release.resolve(null);
		await holding;
		expect((await later).remaining).toEqual([]);
		await holder.end();
	}, 120_000);

	it('the other program its migrations, until it is a member of lma_owner', async () => {
		const program = postgres(other.roleUrl, { max: 1, onnotice: () => undefined });
		await expect(program`alter table leads add column fax text`).rejects.toThrow('must be owner');
		await asSuperuser(other.adminUrl, (sql) => sql.unsafe(`grant lma_owner to ${other.role}`));
		await program`alter table leads add column fax text`;
		await program.end();
		await asSuperuser(other.adminUrl, (sql) => sql.unsafe(`revoke lma_owner from ${other.role}`));
	});
});
