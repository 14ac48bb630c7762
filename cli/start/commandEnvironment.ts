import { writeFileSync } from 'node:fs';

import type { StateFolder } from './stateFolder';

/**
 * Writes what `lma` needs to work on the database of `lma start`, for a shell to read, closed to other users as it holds the
 * password of the owner. Returns the file. Can be repeated.
 */
export function writeCommandEnvironment(
	folder: StateFolder,
	ownerUrl: string,
	encryptionKey: string,
): string {
	const file = folder.file('environment');
	const lines = Object.entries({ DATABASE_OWNER_URL: ownerUrl, LMA_ENCRYPTION_KEY: encryptionKey });
	const text = lines.map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`).join('');
	writeFileSync(file, text, { mode: 0o600 });
	return file;
}

/** A word that a shell reads as this value; left as it is where nothing in it is special. */
export function shellQuoted(value: string): string {
	return /^[\w./:@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
