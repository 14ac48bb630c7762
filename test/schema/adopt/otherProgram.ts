import { readFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';

import { withDatabase } from '../../setup/template';

export type Flavour = 'document' | 'orm' | 'text';

/** A database that another program made, and the role of its own that owns the tables. */
export interface OtherDatabase {
	/** Superuser. */
	adminUrl: string;
	/** The program's login. */
	roleUrl: string;
	role: string;
	drop(): Promise<void>;
}

const STATUS_TYPES: Record<Flavour, [status: string, communicationStatus: string]> = {
	document: ['lead_status_enum', 'communication_status_enum'],
	orm: ['leadstatus', 'communication_status_enum'],
	text: ['varchar', 'varchar'],
};

/** Makes one of the flavours in `fixtures/` with that many rows, as a role of its own. */
export async function createOtherDatabase(
	flavour: Flavour,
	{ leads, communications }: { leads: number; communications: number },
): Promise<OtherDatabase> {
	const { adminUrl, prefix } = inject('cluster');
	const name = `${prefix}_${crypto.randomUUID().slice(0, 8)}`;
	const role = `${name}_program`;
	await asSuperuser(adminUrl, async (sql) => {
		await sql.unsafe(`create role ${role} login password 'program'`);
		await sql.unsafe(`create database ${name} owner ${role}`);
	});
	const url = withDatabase(adminUrl, name);
	const roleUrl = new URL(url);
	roleUrl.username = role;
	roleUrl.password = 'program';
	const [status, communicationStatus] = STATUS_TYPES[flavour];
	await asSuperuser(url, async (sql) => {
		await sql.unsafe(`grant create on schema public to ${role}`);
		await sql.unsafe(`set role ${role}`);
		await sql.unsafe(await fixture(flavour));
		await sql.unsafe(
			(await fixture('rows'))
				.replaceAll('{{status}}', status)
				.replaceAll('{{communication_status}}', communicationStatus)
				.replaceAll('{{leads}}', String(leads))
				.replaceAll('{{communications}}', String(communications)),
		);
	});
	return {
		adminUrl: url,
		roleUrl: roleUrl.toString(),
		role,
		async drop() {
			await asSuperuser(adminUrl, async (sql) => {
				await sql.unsafe(`drop database if exists ${name} with (force)`);
				await sql.unsafe(`drop role if exists ${role}`);
			});
		},
	};
}

export async function asSuperuser<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
	const sql = postgres(url, { max: 1, onnotice: () => undefined });
	try {
		return await work(sql);
	} finally {
		await sql.end({ timeout: 5 });
	}
}

/** Every row of every table in these columns, as one hash a table. Rows count whatever their order. */
export async function checksums(
	url: string,
	columns: Record<string, string[]>,
): Promise<Record<string, string>> {
	return asSuperuser(url, async (sql) => {
		const sums: Record<string, string> = {};
		for (const [table, names] of Object.entries(columns)) {
			const list = names.map((column) => `"${column}"`).join(', ');
			const [row] = await sql.unsafe<{ hash: string }[]>(
				`select count(*) || ' ' || coalesce(md5(string_agg(hash, '' order by hash)), '') as hash
				from (select md5(row(${list})::text) as hash from public."${table}") t`,
			);
			sums[table] = row!.hash;
		}
		return sums;
	});
}

/** The columns of every table in public, as they are. */
export async function columnsOf(url: string): Promise<Record<string, string[]>> {
	return asSuperuser(url, async (sql) => {
		const rows = await sql<{ name: string; columns: string[] }[]>`
			select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
			from pg_class c
			join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			where c.relnamespace = 'public'::regnamespace
				and c.relkind in ('r', 'p')
				and not c.relispartition
			group by c.relname`;
		return Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
	});
}

function fixture(name: string): Promise<string> {
	return readFile(path.join(__dirname, 'fixtures', `${name}.sql`), 'utf8');
}
