import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod/v4';

import { listMigrations, migrationsFolder } from '../../schema/migration/files';

/** SHA-256 of each migration that databases in use have run, in hex, by its name without `.sql`. */
export type Checksums = Record<string, string>;

const FILE = 'checksums.json';
const checksumsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/** Where a folder of migrations keeps its checksums. */
export function checksumsFile(folder = migrationsFolder()): string {
	return path.join(folder, FILE);
}

/** The checksums that were kept; none when the folder has no such file. */
export function readChecksums(folder = migrationsFolder()): Checksums {
	const file = checksumsFile(folder);
	if (!existsSync(file)) return {};
	return checksumsOf(readFileSync(file, 'utf8'));
}

/** The checksums in the text of such a file. */
export function checksumsOf(text: string): Checksums {
	return checksumsSchema.parse(JSON.parse(text));
}

/** The checksum of every migration in the folder, in the order in which they run. */
export function computeChecksums(folder = migrationsFolder()): Checksums {
	return Object.fromEntries(
		listMigrations(folder).map((name) => [
			name,
			createHash('sha256')
				.update(readFileSync(path.join(folder, `${name}.sql`)))
				.digest('hex'),
		]),
	);
}

/**
 * What was done to migrations that databases in use have run: one sentence for each that is gone or changed, and for each new one
 * whose number is not higher than all before it. Empty when migrations were only ever added.
 */
export function findChangedMigrations(kept: Checksums, present: Checksums): string[] {
	return [
		...Object.entries(kept).flatMap(([name, checksum]) => {
			if (present[name] === undefined)
				return [`Migration ${name} is missing. Databases have already run it: put it back as it was.`];
			if (present[name] === checksum) return [];
			return [
				`Migration ${name} has changed. Databases that have run it would not get the change: put it back as it was, and add a new migration.`,
			];
		}),
		...findLowNumbers(Object.keys(kept), Object.keys(present)),
	];
}

function findLowNumbers(kept: string[], present: string[]): string[] {
	const newest = [...kept].sort().at(-1) ?? '';
	const added = present.filter((name) => !kept.includes(name)).sort();
	return added.flatMap((name, index) => {
		if (numberOf(name) <= numberOf(newest))
			return [
				`Migration ${name} does not come after ${newest}, which databases have run: give it a higher number.`,
			];
		const before = added[index - 1];
		if (before === undefined || numberOf(name) > numberOf(before)) return [];
		return [`Migrations ${before} and ${name} have the same number: give one of them a higher number.`];
	});
}

/** `0007_integrations` → `0007`. */
function numberOf(name: string): string {
	return name.slice(0, 4);
}
