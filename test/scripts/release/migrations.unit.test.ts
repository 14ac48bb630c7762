import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { findMigrationProblems } from '../../../scripts/release/migrations';
import { checksumsFile, computeChecksums } from '../../../schema/migration/checksums';
import { newFolder } from '../repository';

function frozen(): string {
	const folder = newFolder();
	writeFileSync(join(folder, '0001_leads.sql'), 'select 1;\n');
	writeFileSync(checksumsFile(folder), JSON.stringify(computeChecksums(folder)));
	return folder;
}

it('migrations that are frozen can be released', () => {
	expect(findMigrationProblems(frozen())).toEqual([]);
});

it('a new migration that is not frozen cannot be released', () => {
	const folder = frozen();
	writeFileSync(join(folder, '0002_notes.sql'), 'select 2;\n');
	expect(findMigrationProblems(folder)).toEqual([expect.stringContaining('lacks 0002_notes')]);
});

it('a frozen migration that has changed cannot be released', () => {
	const folder = frozen();
	writeFileSync(join(folder, '0001_leads.sql'), 'select 3;\n');
	expect(findMigrationProblems(folder)).toEqual([expect.stringContaining('0001_leads has changed')]);
});
