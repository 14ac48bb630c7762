import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { toLmaError } from './databaseError';
import { LmaError } from './errors';
import { ensureRoles } from './roles';
import { listMigrations, migrationsFolder } from './migration/files';
import { findObstacle, findRecordProblem } from './migration/obstacle';
import { readSchemaState, type SchemaState } from './migration/schemaState';

export { findRecordProblem, listMigrations, migrationsFolder };

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

/** What `migrate` would do. */
export interface MigrationPlan {
	/** Names of the migrations that would run, in order. */
	pending: string[];
	/** How many have run before. */
	alreadyApplied: number;
}

/**
 * Brings a database to the schema of this version: roles first, then every new file in `migrations/`, each in a
 * transaction of its own, as lma_owner. Can be repeated, and started from several processes at once: one works, the
 * others wait for it and find nothing to do.
 *
 * Throws an `LmaError` before anything is changed when the database is newer than this version, half adopted, made by
 * another program or owned by somebody else, or the server is older than PostgreSQL 15; and one that names the
 * migration when one fails, which has then left nothing behind.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<MigrateResult> {
	return withClient(ownerUrl, async (client) => {
		await takeLock(client, options);
		await readMigratable(client, options);
		await ensureRoles(client);
		await client.query('set role lma_owner');
		const { applied: before } = await readMigratable(client, options);
		const applied = await runFiles(client, options);
		await options.afterwards?.(client);
		return { applied, alreadyApplied: before?.length ?? 0 };
	});
}

/** What `migrate` would run, and the same errors before it would change anything. Changes nothing, waits for nobody. */
export async function planMigration(
	ownerUrl: string,
	options: Pick<MigrateOptions, 'folder'> = {},
): Promise<MigrationPlan> {
	return withClient(ownerUrl, async (client) => {
		await client.query('set default_transaction_read_only = on');
		const { applied } = await readMigratable(client, options);
		const done = applied ?? [];
		const pending = listMigrations(options.folder).filter((name) => !done.includes(name));
		return { pending, alreadyApplied: done.length };
	});
}

async function readMigratable(
	client: Client,
	{ folder }: Pick<MigrateOptions, 'folder'>,
): Promise<SchemaState> {
	const state = await readSchemaState(client);
	const obstacle = findObstacle(state, listMigrations(folder));
	if (obstacle) throw obstacle;
	return state;
}

async function withClient<T>(ownerUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
	const client = new Client({ connectionString: ownerUrl, application_name: 'lma migrate' });
	try {
		await client.connect();
	} catch (error) {
		throw toLmaError(error);
	}
	try {
		return await work(client);
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
