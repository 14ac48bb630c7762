import { ensureDatabase } from '../../schema/database';
import { ownerUrl } from '../database';
import { startLocalCluster } from '../postgres/cluster';
import type { Terminal } from '../terminal/terminal';
import { readPort, type WantedPort } from './ports';
import type { Shutdown } from './shutdown';
import type { StateFolder } from './stateFolder';

/** Modest, for a laptop; n8n and the worker together use about 40 connections. */
const localSettings = { max_connections: '100', shared_buffers: '128MB', logging_collector: 'off' };

/** The port that a PostgreSQL of our own will need; none when the environment names one that exists. */
export function wantedPostgresPort({ env }: Terminal): WantedPort | undefined {
	if (env.DATABASE_URL || env.DATABASE_OWNER_URL) return undefined;
	return readPort(env, 'LMA_POSTGRES_PORT', 54_329, 'PostgreSQL');
}

/**
 * The database to work on, as its owner: the one of the environment, else PostgreSQL in the state folder, started here
 * and stopped with the rest.
 */
export async function openServer(
	terminal: Terminal,
	folder: StateFolder,
	shutdown: Shutdown,
): Promise<string> {
	const wanted = wantedPostgresPort(terminal);
	if (!wanted) return ownerUrl(terminal);
	const cluster = await startLocalCluster({
		dataDirectory: folder.file('postgres'),
		port: wanted.port,
		password: folder.secret('postgresPassword'),
		settings: localSettings,
	});
	await shutdown.add('PostgreSQL', () => cluster.stop());
	await ensureDatabase(cluster.url('postgres'), 'lma');
	return cluster.url('lma');
}
