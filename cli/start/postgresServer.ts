import { ensureDatabase } from '../../schema/database';
import { databaseLogin, placeOf } from '../../db/connection/databaseLogin';
import { ownerUrl } from '../database';
import { startLocalCluster } from '../postgres/cluster';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { keepRunning } from './keepRunning';
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
	if (!wanted) {
		const url = ownerUrl(terminal);
		terminal.note(`Using the ${placeOf(databaseLogin(url))}…`);
		return url;
	}
	terminal.note('Starting PostgreSQL…');
	const start = () =>
		startLocalCluster({
			dataDirectory: folder.file('postgres'),
			port: wanted.port,
			password: folder.secret('postgresPassword'),
			settings: localSettings,
		});
	const cluster = await start();
	const kept = keepRunning({
		name: 'PostgreSQL',
		running: cluster,
		start,
		signal: shutdown.signal,
		terminal,
	});
	await shutdown.add('PostgreSQL', () => kept.stop());
	void kept.outcome.then((isStopped) => {
		if (!isStopped)
			shutdown.giveUp(new CommandFailedError('Nothing works without PostgreSQL. Everything is stopped.'));
	});
	await ensureDatabase(cluster.url('postgres'), 'lma');
	return cluster.url('lma');
}
