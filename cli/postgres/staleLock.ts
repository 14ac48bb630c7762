import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { LocalPostgresRunningError } from './errors';

/**
 * Makes way for a server on `dataDirectory`. After a kill -9 or a power cut `postmaster.pid` stays behind, and its
 * process id may by now belong to something else, in which case PostgreSQL alone would refuse to start.
 * @throws LocalPostgresRunningError when a server really works on this folder.
 */
export function clearStaleLock(dataDirectory: string): void {
	const lockFile = join(dataDirectory, 'postmaster.pid');
	const pid = readPid(lockFile);
	if (pid === undefined) return;
	if (isAlive(pid) && worksIn(pid, dataDirectory)) throw new LocalPostgresRunningError(dataDirectory, pid);
	rmSync(lockFile, { force: true });
}

function readPid(lockFile: string): number | undefined {
	try {
		const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
		return Number.isInteger(pid) && pid > 0 ? pid : undefined;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** A PostgreSQL server has its data folder as working directory. Where that cannot be read, assume that it does. */
function worksIn(pid: number, dataDirectory: string): boolean {
	try {
		return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDirectory);
	} catch {
		return true;
	}
}
