import type { Client } from '../../../db/connection/pgConfig';
import { LmaError } from '../../../domain/error/errors';
import { GROUP_ROLES } from '../../groupRoles';
import type { Reference } from '../catalogue/reference';

/** Takes the lock of an adoption for this session. Throws when another one runs in the database. */
export async function takeLock(client: Client): Promise<void> {
	const { rows } = await client.query<{ taken: boolean }>(
		"select pg_try_advisory_lock(hashtextextended('lma adopt', 0)) as taken",
	);
	if (rows[0]?.taken) return;
	throw new LmaError(
		'ADOPTION_RUNNING',
		`Another adoption of database ${await databaseOf(client)} is running`,
		'Wait for it to end; a killed one ends with its connection.',
	);
}

/** Roles that the migrations of the reference will make; a dry run takes them away again. */
export async function missingRoles(client: Client): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(
		'select name from unnest($1::text[]) name where not exists (select from pg_roles where rolname = name)',
		[GROUP_ROLES],
	);
	return rows.map(({ name }) => name).reverse();
}

/** Throws when the database was adopted, and is older or newer than this version of LMA. */
export async function requireSameVersion(client: Client, { migrations }: Reference): Promise<void> {
	const { rows } = await client.query<{ name: string }>('select name from lma.migrations');
	const applied = rows.map(({ name }) => name);
	const pending = migrations.filter((name) => !applied.includes(name));
	const unknown = applied.filter((name) => !migrations.includes(name));
	if (pending.length > 0)
		throw new LmaError(
			'MIGRATIONS_PENDING',
			`The database was adopted before, and ${pending[0]} has not run`,
			'Nothing was changed. Run `lma migrate` first.',
		);
	if (unknown.length > 0)
		throw new LmaError(
			'SCHEMA_NEWER',
			`The database is newer than this version of LMA: it has ${unknown.join(', ')}`,
			'Nothing was changed. Update n8n-nodes-lma.',
		);
}

/** Name of the database the client is connected to. */
export async function databaseOf(client: Client): Promise<string> {
	const { rows } = await client.query<{ name: string }>('select current_database() as name');
	return rows[0]?.name ?? '';
}
