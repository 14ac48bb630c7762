import type { Client } from '../../../db/connection/pgConfig';
import { withClient } from '../../../db/connection/withClient';
import { changeDatabaseUrl, parseDatabaseUrl } from '../../../domain/database/databaseUrl';
import { LmaError } from '../../../domain/error/errors';
import { migrate } from '../../migration/migrate';
import { type Catalogue, readCatalogue } from './catalogue';

/** What the migrations make of an empty database. */
export interface Reference {
	catalogue: Catalogue;
	/** Names of the migrations, in order. */
	migrations: string[];
	/** Rows that the migrations write by themselves, by table. */
	seeds: Record<string, Record<string, unknown>[]>;
}

/**
 * Migrates an empty database beside the live one, reads what came out, and drops it. With `emptyUrl` it uses that
 * database and leaves it as it is afterwards. The one made here is named for the live database, so that one left
 * behind by a killed run is found and replaced.
 */
export async function readReference(live: Client, liveUrl: string, emptyUrl?: string): Promise<Reference> {
	if (emptyUrl) {
		await requireEmpty(emptyUrl);
		return migrateAndRead(emptyUrl);
	}
	const { rows } = await live.query<{ name: string }>(
		"select 'lma_reference_' || oid as name from pg_database where datname = current_database()",
	);
	const name = rows[0]?.name ?? 'lma_reference';
	const url = changeDatabaseUrl(liveUrl, { database: name });
	await live.query(`drop database if exists ${name} with (force)`);
	await live.query(`create database ${name} template template0`);
	try {
		return await migrateAndRead(url);
	} finally {
		await live.query(`drop database if exists ${name} with (force)`);
	}
}

async function migrateAndRead(url: string): Promise<Reference> {
	await migrate(url);
	return withClient(url, 'lma adopt', async (client) => {
		await client.query('set role lma_owner');
		await settleViews(client);
		const catalogue = await readCatalogue(client);
		const { rows } = await client.query<{ name: string }>(
			'select name from lma.migrations order by run_on, id',
		);
		const seeds: Reference['seeds'] = {};
		for (const { name, kind, parent } of catalogue.tables) {
			if (name === 'lma.migrations' || kind === 'p' || parent) continue;
			const found = await client.query<{ row: Record<string, unknown> }>(
				`select to_jsonb(t) as row from ${name} t limit 1000`,
			);
			if (found.rows.length > 0) seeds[name] = found.rows.map(({ row }) => row);
		}
		return { catalogue, migrations: rows.map((row) => row.name), seeds };
	});
}

/** A view made from its printed definition prints a little differently, once. */
async function settleViews(client: Client): Promise<void> {
	const { views } = await readCatalogue(client);
	for (const { name, definition, options } of views) {
		const given = options.length > 0 ? ` with (${options.join(', ')})` : '';
		await client.query(`create or replace view ${name}${given} as ${definition}`);
	}
}

async function requireEmpty(url: string): Promise<void> {
	const isEmpty = await withClient(url, 'lma adopt', async (client) => {
		const { rows } = await client.query<{ empty: boolean }>(
			`select not exists (
				select from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where n.nspname in ('public', 'lma') and c.relkind in ('r', 'p', 'v', 'm')
			) as empty`,
		);
		return rows[0]?.empty ?? false;
	});
	if (isEmpty) return;
	throw new LmaError(
		'REFERENCE_NOT_EMPTY',
		`The database ${parseDatabaseUrl(url).database} of --reference-url is not empty`,
		'Nothing was changed. Name a database without tables; the migrations run in it.',
	);
}
