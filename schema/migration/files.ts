import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { LmaError } from '../../domain/error/errors';

/** The folder of SQL files, in the checkout as well as in the installed package. */
export function migrationsFolder(): string {
	const candidates = ['../../migrations', '../../../migrations'].map((relative) =>
		path.resolve(__dirname, relative),
	);
	const found = candidates.find((candidate) => existsSync(path.join(candidate, '0001_tenancy.sql')));
	if (!found)
		throw new LmaError(
			'MIGRATIONS_MISSING',
			'The migrations folder is missing',
			'Install the package again.',
		);
	return found;
}

/** Names of the migrations in a folder, without `.sql`, in the order in which they run. Other files lie there, too. */
export function listMigrations(folder = migrationsFolder()): string[] {
	return readdirSync(folder)
		.filter((file) => /^\d{4}_.*\.sql$/.test(file))
		.map((file) => file.slice(0, -'.sql'.length))
		.sort();
}
