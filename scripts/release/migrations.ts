import { spawnSync } from 'node:child_process';

import { migrationsFolder } from '../../schema/migration/files';
import {
	type Checksums,
	checksumsOf,
	computeChecksums,
	findChangedMigrations,
	readChecksums,
} from './checksums';

/** What keeps the migrations from being released, one sentence each: all are frozen, and none has changed since. */
export function findMigrationProblems(folder = migrationsFolder()): string[] {
	const kept = readChecksums(folder);
	const present = computeChecksums(folder);
	const added = Object.keys(present).filter((name) => !(name in kept));
	return [
		...findChangedMigrations(kept, present),
		...(added.length > 0
			? [`migrations/checksums.json lacks ${added.join(', ')}: run npm run migrations:freeze.`]
			: []),
		...findChangesSinceReleases(folder),
	];
}

/**
 * What was done to migrations that went out with a release before this commit, one sentence each: the checksums that its
 * tag has cannot be edited along with a migration. Nothing where there is no tag, or no repository.
 *
 * @internal a test looks at every commit, also while new migrations are not frozen yet
 */
export function findChangesSinceReleases(folder = migrationsFolder()): string[] {
	const present = computeChecksums(folder);
	const tags = askGit(folder, 'tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-version:refname');
	return (tags?.split('\n') ?? [])
		.filter((tag) => tag !== '')
		.flatMap((tag) =>
			findChangedMigrations(releasedChecksums(folder, tag), present).map(
				(problem) => `${problem} It was released with ${tag}.`,
			),
		);
}

/** What the release with this tag kept; nothing when it had no such file. */
function releasedChecksums(folder: string, tag: string): Checksums {
	const text = askGit(folder, 'show', `${tag}:./checksums.json`);
	return text === null ? {} : checksumsOf(text);
}

/** What git prints; null when it fails. */
function askGit(folder: string, ...args: string[]): string | null {
	const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
	return status === 0 ? stdout : null;
}
