import postgres from 'postgres';

import { migrate } from '../../schema/migration/migrate';
import { chooseOrganizations, type OrganizationShare, shareLeads } from './data/distribution';
import { generate } from './load/generate';
import { type Logins, makeLogins } from './logins';
import { type Scale, scaleOf } from './scale';
import type { BenchServer } from './server';
import { withLogin } from './url';

/** A filled database of the benchmark. Connection strings are asked for anew after each restart. */
export interface BenchDatabase {
	name: string;
	scale: Scale;
	/** The organizations that are measured. */
	organizations: { large: OrganizationShare; middle: OrganizationShare; tiny: OrganizationShare };
	logins: Logins;
}

const CONNECTIONS = 2;

/**
 * Makes the database of so many leads. One that was kept from an earlier run is used again: it gets the migrations that have
 * come since, and its rows stay.
 */
export async function prepareDatabase(
	server: BenchServer,
	leads: number,
	logins: Logins,
	onProgress: (text: string) => void,
): Promise<BenchDatabase> {
	const scale = scaleOf(leads);
	const name = `${server.prefix}_${leads}`;
	const organizations = chooseOrganizations(shareLeads(scale));
	const isNew = await createDatabase(server, name);
	await migrate(server.url(name));
	const connections = Array.from({ length: CONNECTIONS }, () => connectAsAdmin(server.url(name)));
	const [sql] = connections;
	if (!sql) throw new Error('No connection');
	try {
		if (isNew) {
			const today = new Date();
			today.setUTCMinutes(0, 0, 0);
			await generate(scale, { connections, today, onProgress });
			await sql`comment on schema bench is 'complete'`;
		}
		await makeLogins(server.url(name), Object.values(organizations), logins);
		// Written out now, so that the measurement does not pay for it.
		await sql`checkpoint`;
	} finally {
		await Promise.all(connections.map((connection) => connection.end()));
	}
	return { name, scale, organizations, logins };
}

/** Removes the databases of this run, and its logins, from a server that lives on. */
export async function removeDatabases(server: BenchServer, names: readonly string[]): Promise<void> {
	const sql = connectAsAdmin(server.url('postgres'));
	try {
		for (const name of names) await sql`drop database if exists ${sql(name)} with (force)`;
		const roles = await sql<{ rolname: string }[]>`
			select rolname
			from pg_roles
			where starts_with(rolname, ${`${server.prefix}_`})`;
		for (const { rolname } of roles) await sql`drop role ${sql(rolname)}`;
	} finally {
		await sql.end();
	}
}

/** A connection string for one of the logins. */
export function urlFor(server: BenchServer, database: BenchDatabase, login: string): string {
	return withLogin(server.url(database.name), login, database.logins.password);
}

/** One connection as the superuser, which stays open until it is ended. */
export function connectAsAdmin(url: string): postgres.Sql {
	return postgres(url, {
		max: 1,
		idle_timeout: 0,
		max_lifetime: null,
		onnotice: () => undefined,
		connection: { application_name: 'lma bench' },
	});
}

/** Makes the database unless it is there and complete. Returns whether it was made. */
async function createDatabase(server: BenchServer, name: string): Promise<boolean> {
	const sql = connectAsAdmin(server.url('postgres'));
	try {
		const [existing] = await sql`select from pg_database where datname = ${name}`;
		if (existing && (await isComplete(server, name))) return false;
		await sql`drop database if exists ${sql(name)} with (force)`;
		await sql`create database ${sql(name)}`;
		return true;
	} finally {
		await sql.end();
	}
}

async function isComplete(server: BenchServer, name: string): Promise<boolean> {
	const sql = connectAsAdmin(server.url(name));
	try {
		const [row] = await sql<{ comment: string | null }[]>`
			select obj_description(oid, 'pg_namespace') as comment
			from pg_namespace
			where nspname = 'bench'`;
		return row?.comment === 'complete';
	} finally {
		await sql.end();
	}
}
