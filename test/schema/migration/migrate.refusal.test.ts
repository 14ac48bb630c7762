import { Client } from 'pg';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { migrate, planMigration } from '../../../schema/migration/migrate';
import { listMigrations } from '../../../schema/migration/files';
import { findObstacle } from '../../../schema/migration/obstacle';
import { readSchemaState } from '../../../schema/migration/schemaState';
import { checkSchema } from '../../../schema/migration/schemaCheck';
import { withDatabase } from '../../setup/template';

const files = listMigrations();

describe('lma migrate stops before it changes anything', () => {
	const { adminUrl, prefix, template, workerLogin, password } = inject('cluster');
	const stranger = `${prefix}_stranger`;
	let name: string;
	let url: string;
	let admin: postgres.Sql;
	let sql: postgres.Sql;

	beforeEach(async () => {
		name = `${prefix}_${crypto.randomUUID().slice(0, 8)}`;
		url = withDatabase(adminUrl, name);
		admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
		await admin`create database ${admin(name)} template ${admin(template)}`;
		await admin`create role ${admin(stranger)} login password ${admin.unsafe(`'${password}'`)}`;
		sql = postgres(url, { max: 1, onnotice: () => undefined });
	});
	afterEach(async () => {
		await sql.end();
		await admin`drop database ${admin(name)} with (force)`;
		await admin`drop role ${admin(stranger)}`;
		await admin.end();
	});

	/** Everything there is, by whom it is owned and who may use it. */
	async function contents(): Promise<unknown> {
		return sql`
			select relname::text as name, relowner, relacl::text, xmin::text from pg_class
			union all select nspname::text, nspowner, nspacl::text, xmin::text from pg_namespace
			union all select typname::text, typowner, typacl::text, xmin::text from pg_type
			union all select proname::text, proowner, proacl::text, xmin::text from pg_proc
			order by 1, 2, 3, 4`;
	}

	async function refusal(ownerUrl = url) {
		const before = await contents();
		const planned = await planMigration(ownerUrl).catch((error: unknown) => error);
		const failed = await migrate(ownerUrl).catch((error: unknown) => error);
		expect(await contents()).toEqual(before);
		expect(planned).toEqual(failed);
		return failed;
	}

	/** Starts over, from a database with nothing in it. */
	async function empty(): Promise<void> {
		await sql.end();
		await admin`drop database ${admin(name)} with (force)`;
		await admin`create database ${admin(name)}`;
		sql = postgres(url, { max: 1, onnotice: () => undefined });
	}

	const asWorker = () => {
		const worker = new URL(url);
		worker.username = workerLogin;
		worker.password = password;
		return connect(worker.toString(), { max: 1 });
	};

	it('when the database was made before the first release, and the worker says the same', async () => {
		await sql`delete from lma.migrations`;
		await sql`insert into lma.migrations (name, run_on) values ('0001_enums', now()), ('0002_organizations_and_users', now())`;
		const failed = await refusal();
		expect(failed).toMatchObject({
			code: 'SCHEMA_UNRELEASED',
			message: expect.stringContaining('0001_enums') as string,
			description: expect.stringMatching(/Nothing was changed.*empty database.*pg_dump/) as string,
		});
		const worker = asWorker();
		expect(await checkSchema(worker)).toEqual(failed);
		await worker.end();
	});

	it('when the database is newer, and the worker says the same', async () => {
		await sql`insert into lma.migrations (name, run_on) values ('9998_later', now()), ('9999_last', now())`;
		const failed = await refusal();
		expect(failed).toMatchObject({
			code: 'SCHEMA_NEWER',
			message: expect.stringContaining(
				`it has 9998_later, 9999_last, this version knows migrations up to ${files.at(-1)}`,
			) as string,
			description: expect.stringContaining('Update n8n-nodes-lma') as string,
		});
		const worker = asWorker();
		expect(await checkSchema(worker)).toEqual(failed);
		await worker.end();
	});

	it('when a migration in the middle was never recorded, or ran out of its turn', async () => {
		await sql`delete from lma.migrations where name = ${files[4]!}`;
		expect(await refusal()).toMatchObject({
			code: 'MIGRATIONS_OUT_OF_ORDER',
			message: expect.stringContaining(`${files[4]} has not run`) as string,
		});
		await sql`insert into lma.migrations (name, run_on) values (${files[4]!}, now())`;
		expect(await refusal()).toMatchObject({
			code: 'MIGRATIONS_OUT_OF_ORDER',
			message: expect.stringContaining(`${files[4]} ran out of order`) as string,
		});
	});

	it('when an adoption was begun and not finished', async () => {
		await sql`drop table if exists lma.adoption`;
		await sql`create table lma.adoption (status text not null)`;
		await sql`alter table lma.adoption owner to lma_owner`;
		await sql`insert into lma.adoption values ('running')`;
		expect(await refusal()).toMatchObject({
			code: 'HALF_ADOPTED',
			message: expect.stringContaining('not complete (running)') as string,
			description: expect.stringContaining('Run `lma adopt` again') as string,
		});
		await sql`update lma.adoption set status = 'complete'`;
		expect((await migrate(url)).applied).toEqual([]);
	});

	it('when another program made the tables of the schema document', async () => {
		await empty();
		await sql`create table leads (id serial primary key)`;
		await sql`create type lead_status_enum as enum ('NEW')`;
		await sql`create table something_else (id int)`;
		expect(await refusal()).toMatchObject({
			code: 'MADE_BY_ANOTHER_PROGRAM',
			message: `Database ${name} has public.leads, public.lead_status_enum, but no record that LMA created them`,
			description: expect.stringContaining('lma adopt') as string,
		});
	});

	it('when the record of migrations is gone', async () => {
		await empty();
		await sql`create schema lma authorization lma_owner`;
		await sql`create table lma.tenant_logins (login name)`;
		await sql`alter table lma.tenant_logins owner to lma_owner`;
		expect(await refusal()).toMatchObject({
			code: 'RECORD_MISSING',
			message: expect.stringContaining('lma.tenant_logins') as string,
		});
	});

	it('when a table, the schema or a function belongs to somebody else, naming both', async () => {
		await sql`alter table leads owner to ${sql(stranger)}`;
		expect(await refusal()).toMatchObject({
			code: 'OWNED_BY_ANOTHER',
			message: `In database ${name}, public.leads belongs to ${stranger}, not to lma_owner`,
			description: expect.stringContaining('`alter table public.leads owner to lma_owner`') as string,
		});
		await sql`alter function lma.actor_id() owner to ${sql(stranger)}`;
		await sql`alter schema lma owner to ${sql(stranger)}`;
		const failed = (await refusal()) as { message: string; description: string };
		expect(failed.message).toMatch(/lma\.actor_id\(\), lma, public\.leads belong to/);
		// What it says to do is enough.
		for (const [, statement] of failed.description.matchAll(/`(alter [^`]+)`/g)) await sql.unsafe(statement!);
		expect((await migrate(url)).applied).toEqual([]);
	});

	it('when a schema lma is there already that is not ours', async () => {
		await empty();
		await sql`create schema lma authorization ${sql(stranger)}`;
		expect(await refusal()).toMatchObject({
			code: 'OWNED_BY_ANOTHER',
			message: `In database ${name}, lma belongs to ${stranger}, not to lma_owner`,
		});
	});

	it('when the login is no member of lma_owner', async () => {
		const outsider = new URL(url);
		outsider.username = stranger;
		outsider.password = password;
		expect(await refusal(outsider.toString())).toMatchObject({
			code: 'OWNED_BY_ANOTHER',
			message: expect.stringContaining(`the login ${stranger} is not a member of it`) as string,
			description: expect.stringContaining(`grant lma_owner to ${stranger}`) as string,
		});
	});

	it('when the server is older than PostgreSQL 15', async () => {
		const client = new Client({ connectionString: url });
		await client.connect();
		const state = await readSchemaState(client);
		await client.end();
		expect(findObstacle(state, files)).toBeNull();
		expect(
			findObstacle({ ...state, serverVersion: 140_012, serverVersionText: '14.12' }, files),
		).toMatchObject({
			code: 'SERVER_TOO_OLD',
			message: 'The server is PostgreSQL 14.12; LMA needs PostgreSQL 15 or newer',
		});
	});

	it('and not for tables of others beside ours', async () => {
		await sql`create table something_else (id int)`;
		await sql`alter table something_else owner to ${sql(stranger)}`;
		expect((await migrate(url)).applied).toEqual([]);
	});
});
