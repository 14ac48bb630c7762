import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 250;

/**
 * Holds `file` until the returned function is called, or gives undefined when another process holds it. The lock is the
 * operating system's, on an SQLite file: it goes away with the process, even by kill -9, so it is never stale.
 */
export function tryFileLock(file: string): (() => void) | undefined {
	const database = new DatabaseSync(file);
	try {
		if (lock(database)) return () => database.close();
	} catch (error) {
		database.close();
		throw error;
	}
	database.close();
	return undefined;
}

/**
 * The same, but waits until no other process holds it.
 * @param onWait called once, when somebody else holds it.
 */
export async function holdFileLock(
	file: string,
	{ onWait, signal }: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<() => void> {
	for (let asked = false; ; asked = true) {
		const release = tryFileLock(file);
		if (release) return release;
		if (!asked) onWait?.();
		await sleep(retryMs, undefined, { signal });
	}
}

function lock(database: DatabaseSync): boolean {
	try {
		database.exec('begin exclusive');
		return true;
	} catch (error) {
		if (error instanceof Error && error.message.includes('database is locked')) return false;
		throw error;
	}
}
