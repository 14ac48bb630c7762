import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { findMigrationProblems } from '../../../scripts/release/migrations';
import { checksumsFile, computeChecksums } from '../../../scripts/release/checksums';
import { git, newFolder, repositoryOf } from '../repository';

function frozen(): string {
	const folder = newFolder();
	writeFileSync(join(folder, '0001_leads.sql'), 'select 1;\n');
	freeze(folder);
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

function freeze(folder: string) {
	writeFileSync(checksumsFile(folder), JSON.stringify(computeChecksums(folder)));
}

/** A repository whose folder `migrations` was released with one file, as `v0.1.0`. */
function released(): string {
	const root = repositoryOf('Begin');
	const folder = join(root, 'migrations');
	mkdirSync(folder);
	writeFileSync(join(folder, '0001_leads.sql'), 'select 1;\n');
	freeze(folder);
	git(root, ['add', '.']);
	git(root, ['commit', '--quiet', '--message', 'Leads']);
	git(root, ['tag', '--annotate', 'v0.1.0', '--message', 'Version 0.1.0']);
	return folder;
}

it('a released migration cannot be changed together with its checksum', () => {
	const folder = released();
	writeFileSync(join(folder, '0001_leads.sql'), 'select 3;\n');
	freeze(folder);
	expect(findMigrationProblems(folder)).toEqual([
		expect.stringMatching(/^Migration 0001_leads has changed\..* It was released with v0\.1\.0\.$/),
	]);
});

it('a released migration cannot be taken out together with its checksum', () => {
	const folder = released();
	rmSync(join(folder, '0001_leads.sql'));
	freeze(folder);
	expect(findMigrationProblems(folder)).toEqual([
		expect.stringMatching(/^Migration 0001_leads is missing\..* v0\.1\.0\.$/),
	]);
});

it('migrations that come after a release can be released', () => {
	const folder = released();
	writeFileSync(join(folder, '0002_notes.sql'), 'select 2;\n');
	freeze(folder);
	expect(findMigrationProblems(folder)).toEqual([]);
});

it('a release from before there were checksums says nothing', () => {
	const folder = released();
	git(folder, ['tag', 'v0.0.1', 'HEAD^']);
	expect(findMigrationProblems(folder)).toEqual([]);
});
