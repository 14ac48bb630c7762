import { existsSync } from 'node:fs';
import path from 'node:path';

import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { toLmaError } from './databaseError';
import { LmaError } from './errors';
import { ensureRoles } from './roles';

const LOCK = 'lma migrate';

export interface MigrateOptions {
	/** Called with the name of every migration before it runs, and with `waiting` while another process migrates. */
	onStep?: (step: string) => void;
	/** Another folder of migrations than the package's own. */
	folder?: string;
	/** More to set up as the owner, under the same lock, such as the tables of the queue. */
	afterwards?: (client: Client) => Promise<void>;
}

export interface MigrateResult {
	/** Names of the migrations that ran now, in order. */
	applied: string[];
	/** How many had run before. */
	alreadyApplied: number;
}

/**
 * Brings a database to the schema of this version: roles first, then every new file in `migrations/`, each in a
 * transaction of its own, as lma_owner. Can be repeated, and started from several processes at once: one works, the
 * others wait for it and find nothing to do. Throws an `LmaError` that names the migration which failed; that one
 * has left nothing behind.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<MigrateResult> {
	const client = new Client({ connectionString: ownerUrl, application_name: 'lma migrate' });
	try {
		await client.connect();
	} catch (error) {
		throw toLmaError(error);
	}
	try {
		await takeLock(client, options);
		await ensureRoles(client);
		await client.query('set role lma_owner');
		const before = await countApplied(client);
		const applied = await runFiles(client, options);
		await options.afterwards?.(client);
		return { applied, alreadyApplied: before };
	} finally {
		// Ends the lock, too.
		await client.end();
	}
}

async function takeLock(client: Client, { onStep }: MigrateOptions): Promise<void> {
	const { rows } = await client.query<{ taken: boolean }>(
		'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
		[LOCK],
	);
	if (rows[0]?.taken) return;
	onStep?.('waiting for another migration to finish');
	await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
}

async function countApplied(client: Client): Promise<number> {
	const table = await client.query<{ exists: boolean }>(
		"select to_regclass('lma.migrations') is not null as exists",
	);
	if (!table.rows[0]?.exists) return 0;
	const { rows } = await client.query<{ count: string }>('select count(*) from lma.migrations');
	return Number(rows[0]?.count ?? 0);
}

async function runFiles(
	client: Client,
	{ onStep, folder = migrationsFolder() }: MigrateOptions,
): Promise<string[]> {
	let current = '';
	try {
		const ran = await runner({
			dbClient: client,
			dir: folder,
			direction: 'up',
			migrationsTable: 'migrations',
			migrationsSchema: 'lma',
			createMigrationsSchema: true,
			noLock: true,
			logger: {
				debug: () => undefined,
				info: (line: string) => {
					const name = /^### MIGRATION (\S+)/.exec(line)?.[1];
					if (!name) return;
					current = name;
					onStep?.(name);
				},
				warn: () => undefined,
				// It repeats whole statements; the error that is thrown says enough.
				error: () => undefined,
			},
		});
		return ran.map(({ name }) => name);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new LmaError(
			'MIGRATION_FAILED',
			`Migration ${current} failed: ${reason}`,
			'Nothing of that migration was kept. Mend what it names, then run `lma migrate` again.',
			{ cause: error },
		);
	}
}

/** The folder of SQL files, in the checkout as well as in the installed package. */
export function migrationsFolder(): string {
	const candidates = ['../migrations', '../../migrations'].map((relative) =>
		path.resolve(__dirname, relative),
	);
	const found = candidates.find((candidate) => existsSync(path.join(candidate, '0001_enums.sql')));
	if (!found)
		throw new LmaError(
			'MIGRATIONS_MISSING',
			'The migrations folder is missing',
			'Install the package again.',
		);
	return found;
}
