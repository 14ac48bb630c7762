import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import { migrationsFolder } from '../../../schema/migration/files';
import { migrate } from '../../../schema/migration/migrate';
import { withDatabase } from '../../setup/template';

const { adminUrl, prefix } = inject('cluster');
const name = `${prefix}_migrate_users`;
const url = withDatabase(adminUrl, name);
let admin: postgres.Sql;
let sql: postgres.Sql;
let folder: string;

beforeAll(async () => {
	admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
	await admin`create database ${admin(name)}`;
	sql = postgres(url, { max: 1, onnotice: () => undefined });
	folder = await mkdtemp(path.join(tmpdir(), 'lma-migrations-'));
	const earlier = (await readdir(migrationsFolder())).filter((file) => /^00[012]/.test(file));
	for (const file of earlier) await cp(path.join(migrationsFolder(), file), path.join(folder, file));
});
afterAll(async () => {
	await sql.end();
	await admin`drop database ${admin(name)} with (force)`;
	await admin.end();
	await rm(folder, { recursive: true });
});

it('users that share an address but for letter case stop the migration, which names them; then it goes on', async () => {
	await migrate(url, { folder });
	await sql`
		insert into users (email, username, first_name, last_name, hashed_password)
		select email, email, 'A', 'B', '!' from unnest(array['a@x.test', 'b@x.test', 'A@x.test', 'B@X.test']) email`;
	await expect(migrate(url)).rejects.toMatchObject({
		code: 'MIGRATION_FAILED',
		message:
			'Migration 0030_administration failed: These users have the same e-mail address but for letter case, which one alone may have: 1, 3; 2, 4. Give all but one of each group another address in users.email',
		description: expect.stringContaining('run `lma migrate` again') as string,
	});
	await sql`update users set email = 'other' || id || '@x.test' where id > 2`;
	const { applied } = await migrate(url);
	expect(applied).toContain('0030_administration');
	const [user] = await sql`select email_key from users where id = 1`;
	expect(user).toEqual({ email_key: 'a@x.test' });
});
