import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../cli/machine/freePort';
import { type LocalCluster, startLocalCluster } from '../../cli/postgres/cluster';
import { withDatabase } from './url';

/** Where the databases of a benchmark lie. */
export interface BenchServer {
	/** Connection string of a superuser for the named database. */
	url(database: string): string;
	/** What to put before the names of databases and roles, which may not be ours alone. */
	prefix: string;
	/** Folder of the data; undefined for a server that is not ours. */
	dataDirectory?: string;
	/** Starts it anew with the settings to measure with. Does nothing to a server that is not ours. */
	restart(): Promise<void>;
	/** Stops it. What it holds goes, too, unless it was to be kept. */
	stop(): Promise<void>;
}

/** Nothing that is loaded has to survive a power cut. */
const LOADING = {
	fsync: 'off',
	synchronous_commit: 'off',
	full_page_writes: 'off',
	wal_level: 'minimal',
	max_wal_senders: '0',
	max_wal_size: '16GB',
	checkpoint_timeout: '1h',
	autovacuum: 'off',
};

/** Durable like any other; the tables have just been vacuumed, and vacuum should not run into the measurement. */
const MEASURING = { autovacuum: 'off', max_wal_size: '4GB' };

/** The settings of both, by the size of the machine's memory that is given to it. */
function serverSettings(isLarge: boolean): Record<string, string> {
	return {
		shared_buffers: isLarge ? '2GB' : '256MB',
		effective_cache_size: isLarge ? '8GB' : '1GB',
		maintenance_work_mem: isLarge ? '512MB' : '128MB',
		work_mem: '16MB',
		random_page_cost: '1.1',
		// What is written in a query that runs away.
		temp_file_limit: '20GB',
	};
}

/**
 * Starts the PostgreSQL that npm installed, in a temporary folder, or in `folder`, which is then kept with what it
 * holds and can be used again.
 */
export async function startServer(isLarge: boolean, folder?: string): Promise<BenchServer> {
	const base = folder ?? mkdtempSync(join(tmpdir(), 'lma-bench-'));
	mkdirSync(base, { recursive: true });
	const dataDirectory = join(base, 'postgres');
	const removeAll = () => {
		if (!folder) rmSync(base, { recursive: true, force: true });
	};
	process.once('exit', removeAll);
	const start = async (settings: Record<string, string>): Promise<LocalCluster> =>
		startLocalCluster({
			dataDirectory,
			port: await findFreePort(),
			password: passwordOf(base),
			settings: { ...serverSettings(isLarge), ...settings },
		});
	let cluster = await start(LOADING);
	return {
		prefix: 'lma_bench',
		dataDirectory,
		url: (database) => cluster.url(database),
		async restart() {
			await cluster.stop();
			cluster = await start(MEASURING);
		},
		async stop() {
			await cluster.stop();
			process.off('exit', removeAll);
			removeAll();
		},
	};
}

/** Uses a server that runs already. Databases and roles of its own are made there, and removed by `removeDatabase`. */
export function useServer(adminUrl: string): BenchServer {
	return {
		prefix: `lma_bench_${randomBytes(3).toString('hex')}`,
		url: (database) => withDatabase(adminUrl, database),
		restart: () => Promise.resolve(),
		stop: () => Promise.resolve(),
	};
}

function passwordOf(folder: string): string {
	const file = join(folder, 'password');
	try {
		return readFileSync(file, 'utf8');
	} catch {
		const password = randomBytes(16).toString('hex');
		writeFileSync(file, password, { mode: 0o600 });
		return password;
	}
}
