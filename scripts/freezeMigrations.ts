/* Keeps the checksums of all migrations in migrations/checksums.json, from where on none may change: `npm run migrations:freeze`. */
import { writeFileSync } from 'node:fs';

import { checksumsFile, computeChecksums, findChangedMigrations, readChecksums } from './release/checksums';

const kept = readChecksums();
const present = computeChecksums();
const problems = findChangedMigrations(kept, present);
if (problems.length > 0) {
	for (const problem of problems) console.error(problem);
	process.exitCode = 1;
} else {
	writeFileSync(checksumsFile(), `${JSON.stringify(present, null, '\t')}\n`);
	const added = Object.keys(present).length - Object.keys(kept).length;
	console.log(`migrations/checksums.json: ${Object.keys(present).length} migrations, ${added} of them new.`);
}
