import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 250;

/**
 * Waits until no other process holds `file`, then holds it until the returned function is called. The lock is the
 * operating system's, on an SQLite file: it goes away with the process, even by kill -9, so it is never stale.
 * @param onWait called once, when somebody else holds it.
 */
export async function holdInstallLock(
	file: string,
	{ onWait, signal }: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<() => void> {
	const database = new DatabaseSync(file);
	let asked = false;
	try {
		while (!tryLock(database)) {
			if (!asked) onWait?.();
			asked = true;
			await sleep(retryMs, undefined, { signal });
		}
	} catch (error) {
		database.close();
		throw error;
	}
	return () => database.close();
}

function tryLock(database: DatabaseSync): boolean {
	try {
		database.exec('begin exclusive');
		return true;
	} catch (error) {
		if (error instanceof Error && error.message.includes('database is locked')) return false;
		throw error;
	}
}
