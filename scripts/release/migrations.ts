import { computeChecksums, findChangedMigrations, readChecksums } from '../../schema/migration/checksums';

/** What keeps the migrations from being released, one sentence each: all are frozen, and none has changed since. */
export function findMigrationProblems(folder?: string): string[] {
	const kept = readChecksums(folder);
	const present = computeChecksums(folder);
	const added = Object.keys(present).filter((name) => !(name in kept));
	return [
		...findChangedMigrations(kept, present),
		...(added.length > 0
			? [`migrations/checksums.json lacks ${added.join(', ')}: run npm run migrations:freeze.`]
			: []),
	];
}
