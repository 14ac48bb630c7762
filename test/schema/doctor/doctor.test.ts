import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { diagnose } from '../../../schema/doctor/doctor';
import { migrate } from '../../../schema/migration/migrate';
import { migrationsFolder } from '../../../schema/migration/files';
import { runLma } from '../../cli/runLma';
import { withDatabase } from '../../setup/template';
import { openPatient, type Patient } from './patient';
import { observed } from '../../setup/observed';

describe('lma doctor', () => {
	const { adminUrl, prefix } = inject('cluster');
	let patient: Patient;
	let admin: postgres.Sql;

	beforeAll(async () => {
		patient = await openPatient();
		admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
	});
	afterAll(async () => {
		await admin.end();
		await patient.close();
	});

	async function inDatabase(suffix: string, work: (url: string) => Promise<void>): Promise<void> {
		const name = `${prefix}_doctor_${suffix}`;
		await admin`create database ${admin(name)}`;
		try {
			await work(withDatabase(adminUrl, name));
		} finally {
			await admin`drop database ${admin(name)} with (force)`;
		}
	}

	it('has nothing to complain about in a fresh database', async () => {
		expect(await patient.complaints()).toEqual([]);
		const { exitCode, out, err } = await runLma(['doctor'], {
			env: { DATABASE_OWNER_URL: patient.database.ownerUrl },
		});
		expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
		expect(out).toMatch(/^0 problems, 0 warnings, 1\d checks passed$/m);
	});

	it('works for an owner who is no superuser, and changes nothing', async () => {
		const login = `${prefix}_doctor_owner`;
		await admin.unsafe(`create role ${login} login password 'x' in role lma_owner`);
		const url = new URL(patient.database.ownerUrl);
		url.username = login;
		url.password = 'x';
		const statements: string[] = [];
		const sql = observed(connect(url.toString(), { max: 1 }), (text) => statements.push(text));
		try {
			const found = await diagnose(sql);
			expect(found.filter(({ severity }) => severity !== 'ok')).toEqual([]);
			expect(statements.length).toBeLessThan(25);
			expect(statements.filter((text) => /^begin/i.test(text))).toEqual(['begin read only']);
		} finally {
			await sql.end();
			await admin.unsafe(`drop role ${login}`);
		}
	});

	it('prints every finding as JSON, and exits with 1 only when there is a problem', async () => {
		const env = { DATABASE_OWNER_URL: patient.database.ownerUrl };
		await patient.sql`create index leads_again on leads (organization_id, email_key)`;
		const warned = await runLma(['doctor', '--json'], { env });
		expect(warned.exitCode).toBe(0);
		expect(JSON.parse(warned.out)).toContainEqual({
			check: 'redundant indexes',
			severity: 'warn',
			object: 'index public.leads_again',
			found: expect.stringContaining('duplicates public.idx_leads_org_email') as string,
			remedy: 'drop index concurrently public.leads_again;',
		});
		await patient.sql`drop index leads_again`;

		await patient.sql`alter table leads disable row level security`;
		const failed = await runLma(['doctor'], { env });
		expect(failed.exitCode).toBe(1);
		expect(failed.out).toMatch(/^problem +row security: public\.leads: row security is off/);
		expect(failed.out).toContain('→ alter table public.leads enable row level security;');
		await patient.sql`alter table leads enable row level security`;
	});

	it('says so when the database is not one of LMA, or the login not its owner', async () => {
		await inDatabase('stranger', async (url) => {
			const { exitCode, err } = await runLma(['doctor'], { env: { DATABASE_URL: url } });
			expect(exitCode).toBe(1);
			expect(err).toMatch(/has no LMA schema.*lma migrate.*lma adopt/);
		});
		const { exitCode, err } = await runLma(['doctor'], { env: { DATABASE_URL: patient.database.appUrl } });
		expect(exitCode).toBe(1);
		expect(err).toMatch(/may not act as lma_owner.*DATABASE_OWNER_URL/);
	});

	it('names migrations that have not run, until lma migrate has', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'lma-migrations-'));
		await inDatabase('old', async (url) => {
			await cp(migrationsFolder(), folder, { recursive: true });
			for (const file of await readdir(folder)) if (file >= '0015') await rm(path.join(folder, file));
			await migrate(url, { folder });
			const env = { DATABASE_URL: url };
			const before = await runLma(['doctor'], { env });
			expect(before.exitCode).toBe(1);
			expect(before.out).toMatch(/migrations not run yet: 0015_.*\n +→ lma migrate/);
			await runLma(['migrate'], { env });
			expect((await runLma(['doctor'], { env })).exitCode).toBe(0);
		});
		await rm(folder, { recursive: true });
	});

	it('knows that a database is newer than itself', async () => {
		await patient.sql`insert into lma.migrations (name, run_on) values ('9000_later', now())`;
		const [complaint] = await patient.complaints('schema of LMA');
		expect(complaint).toMatchObject({
			severity: 'problem',
			found: expect.stringContaining('9000_later') as string,
		});
		await patient.sql`delete from lma.migrations where name = '9000_later'`;
	});

	it('sends a database from before the first release to an empty one', async () => {
		await patient.sql`insert into lma.migrations (name, run_on) values ('0001_enums', now())`;
		const [complaint] = await patient.complaints('schema of LMA');
		expect(complaint).toMatchObject({
			severity: 'problem',
			found: expect.stringContaining('before its first release') as string,
			remedy: expect.stringContaining('on an empty database') as string,
		});
		await patient.sql`delete from lma.migrations where name = '0001_enums'`;
	});

	it('finds logins that row security does not hold for', async () => {
		const login = `${prefix}_doctor_super`;
		const grantees = `${prefix}_doctor_tenant`;
		try {
			await patient.suffers({
				provoke: [
					`create role ${grantees} in role lma_app`,
					`create role ${login} login superuser bypassrls in role ${grantees}`,
				],
				object: `role ${login}`,
				severity: 'problem',
				found: /is in lma_app, and is a superuser or has BYPASSRLS/,
			});
			await patient.suffers({
				provoke: [`grant lma_tenant, lma_worker to ${login}`],
				object: `role ${login}`,
				severity: 'problem',
				found: /is a tenant login and in lma_worker/,
			});
		} finally {
			await admin.unsafe(`drop role if exists ${login}; drop role if exists ${grantees}`);
		}
	});

	it('finds whoever may read password hashes, and tenant logins that are gone', async () => {
		await patient.suffers({
			provoke: ['grant select on users to lma_readonly'],
			object: 'role lma_readonly',
			severity: 'problem',
			found: /hashed_password/,
		});
		const app = connect(patient.database.appUrl, { max: 1 });
		expect(await app`select email from users`).toEqual([]);
		await app.end();
		await patient.suffers({
			provoke: [
				`insert into organizations (name, slug) values ('a', 'a')`,
				`insert into lma.tenant_logins (login, organization_id) select 'nobody_like_this', id from organizations`,
			],
			object: 'role nobody_like_this',
			severity: 'warn',
			found: /no such login/,
		});
	});
});
