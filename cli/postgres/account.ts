import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The operating-system account a local server runs under. */
export interface ServerAccount {
	/** Gives a folder to the account. Does nothing when the server runs as the current user. */
	own(path: string): void;
	/**
	 * Starts a program under the account, in a process group of its own: Ctrl-C in the terminal must reach
	 * only us, so that the server outlives what still needs it. Where the system can, the program is told to end
	 * when this process dies, even by kill -9.
	 */
	spawn(file: string, args: string[], options?: SpawnOptions): ChildProcess;
}

/**
 * The account for a server that touches `paths`. PostgreSQL refuses to run as root, so root hands it to `postgres`,
 * or to `nobody` where there is no such user. When one of the paths lies in a folder closed to others (a clone in
 * /root or in a private temporary folder), the server also gets the capability to pass it, instead of us
 * opening somebody's folder.
 */
export function serverAccount(paths: string[]): ServerAccount {
	const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;
	const dieWithParent = hasSetpriv ? ['--pdeathsig', 'INT'] : [];
	const ids = process.getuid?.() === 0 ? findAccount() : undefined;
	const prefix = [...dieWithParent, ...(ids && hasSetpriv ? becomeAccount(ids, paths) : [])];
	return {
		own: (path) => {
			if (ids) chownSync(path, ids.uid, ids.gid);
		},
		spawn: (file, args, options = {}) => {
			const base: SpawnOptions = { detached: true, ...options };
			if (prefix.length > 0) return spawn('setpriv', [...prefix, file, ...args], base);
			return spawn(file, args, { ...base, ...ids });
		},
	};
}

function becomeAccount({ uid, gid }: { uid: number; gid: number }, paths: string[]): string[] {
	const switchUser = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
	if (!paths.some(isBehindClosedFolder)) return switchUser;
	const pass = '-all,+dac_override';
	// access(2), with which PostgreSQL looks for its own programs, heeds the capability only with this bit.
	return [...switchUser, '--inh-caps', pass, '--ambient-caps', pass, '--securebits', '+no_setuid_fixup'];
}

function isBehindClosedFolder(path: string): boolean {
	for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
		if ((statSync(folder).mode & 0o001) === 0) return true;
		if (folder === dirname(folder)) return false;
	}
}

function findAccount(): { uid: number; gid: number } {
	const accounts = readFileSync(join('/etc', 'passwd'), 'utf8').split('\n');
	for (const name of ['postgres', 'nobody']) {
		const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
		if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
	}
	return { uid: 65534, gid: 65534 };
}
