import { setTimeout } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';

import type { Client } from '../../db/connection/pgConfig';
import { withClient } from '../../db/connection/withClient';
import { reasonInWords } from '../../db/connection/error/reasonInWords';
import { codeOf } from '../../domain/error/errorCause';
import { LmaError } from '../../domain/error/errors';
import { SQLSTATE } from '../../domain/error/statementCode';
import { listMigrations, migrationsFolder } from './files';
import { findObstacle } from './obstacle';
import { readSchemaState, type SchemaState } from './schemaState';
import { ensureRoles } from '../groupRoles';

const LOCK = 'lma migrate';
const LOCK_TIMEOUT_MS = 2_000;
const PAUSE_MS = 1_000;
const MOST_ATTEMPTS = 100;

export interface MigrateOptions {
	/** Called with the name of every migration before it runs, and with `waiting for …` when others are in the way. */
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
 * others wait for it and find nothing to do. A table that another session holds is waited for two seconds at a time, up to
 * five minutes, so that nobody queues behind for long.
 *
 * Throws an `LmaError` before anything is changed when the database is newer than this version, half adopted, made by
 * another program or owned by somebody else, or the server is older than PostgreSQL 15; and one that names the
 * migration when one fails, which has then left nothing behind.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<MigrateResult> {
	return withClient(ownerUrl, 'lma migrate', async (client) => {
		await takeLock(client, options);
		await readMigratable(client, options);
		await ensureRoles(client);
		await client.query('set role lma_owner');
		const before = (await readMigratable(client, options)).applied ?? [];
		await runPatiently(client, options);
		await options.afterwards?.(client);
		const applied = listMigrations(options.folder).filter((name) => !before.includes(name));
		return { applied, alreadyApplied: before.length };
	});
}

/** What `migrate` would run, and the same errors before it would change anything. Changes nothing, waits for nobody. */
export async function planMigration(
	ownerUrl: string,
	options: Pick<MigrateOptions, 'folder'> = {},
): Promise<MigrationPlan> {
	return withClient(ownerUrl, 'lma migrate', async (client) => {
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

async function takeLock(client: Client, { onStep }: MigrateOptions): Promise<void> {
	const { rows } = await client.query<{ taken: boolean }>(
		'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
		[LOCK],
	);
	if (rows[0]?.taken) return;
	onStep?.('waiting for another migration to finish');
	await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
}

/**
 * Migrations lock tables. One that waits for a lock makes everybody who comes later wait behind it, so it gives up soon
 * and tries again: what has run before it stays.
 */
async function runPatiently(client: Client, options: MigrateOptions): Promise<void> {
	await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
	for (let attempt = 1; ; attempt++) {
		try {
			await runFiles(client, options);
			break;
		} catch (error) {
			if (attempt === MOST_ATTEMPTS || !isLockTimeout(error)) throw error;
			await client.query('rollback');
			options.onStep?.('waiting for a table that another session holds');
			await setTimeout(PAUSE_MS);
		}
	}
	await client.query('reset lock_timeout');
}

function isLockTimeout(error: unknown): boolean {
	return error instanceof LmaError && codeOf(error.cause) === SQLSTATE.lockNotAvailable;
}

async function runFiles(
	client: Client,
	{ onStep, folder = migrationsFolder() }: MigrateOptions,
): Promise<void> {
	let current = '';
	try {
		await runner({
			dbClient: client,
			dir: folder,
			// Everything but numbered files: the snapshot of the schema, the checksums.
			ignorePattern: '(?!\\d{4}_).*',
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
	} catch (error) {
		throw new LmaError(
			'MIGRATION_FAILED',
			`Migration ${current} failed: ${reasonInWords(error)}`,
			'Everything that the migration did was rolled back. Fix what it names, then run `lma migrate` again.',
			{ cause: error },
		);
	}
}
