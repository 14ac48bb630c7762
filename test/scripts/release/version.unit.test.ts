import { expect, it } from 'vitest';

import { findVersionProblems, notesOf } from '../../../scripts/release/version';

const changelog = '# Changelog\n\n## [0.2.0] - 2026-03-01\n\n### Added\n\n- It.\n\n## [0.1.0]\n\n';

it('a version has its notes in the changelog', () => {
	expect(notesOf(changelog, '0.2.0')).toEqual({ date: '2026-03-01', text: '### Added\n\n- It.' });
	expect(notesOf(changelog, '0.1.0')).toEqual({ date: null, text: '' });
	expect(notesOf(changelog, '0.3.0')).toBeNull();
});

it('a version is released on the day that its notes name', () => {
	expect(findVersionProblems('0.2.0', changelog, '2026-03-01')).toEqual([]);
	expect(findVersionProblems('0.2.0', changelog, '2026-03-02')).toEqual([
		expect.stringContaining('dates 0.2.0 2026-03-01'),
	]);
	expect(findVersionProblems('0.1.0', changelog, '2026-03-01')).toHaveLength(2);
	expect(findVersionProblems('0.3.0', changelog, '2026-03-01')).toEqual([
		expect.stringContaining('no section'),
	]);
});

it('a tag may be published on a later day, but not without notes or a date', () => {
	expect(findVersionProblems('0.2.0', changelog, null)).toEqual([]);
	expect(findVersionProblems('0.1.0', changelog, null)).toEqual([
		expect.stringContaining('not at all'),
		expect.stringContaining('says nothing of 0.1.0'),
	]);
	expect(findVersionProblems('0.3.0', changelog, null)).toHaveLength(1);
});

it.each(['0.2.0-beta.1', '0.2.0-1', '0.2.0+build.5'])('%s is refused as a pre-release', (version) => {
	const notes = `## [${version}] - 2026-03-01\n\n- It.\n`;
	expect(findVersionProblems(version, notes, '2026-03-01')).toEqual([
		`The version ${version} is a pre-release, and npm would give it to everybody as the latest: release 0.2.0.`,
	]);
});

it.each(['next', '1.2', 'v1.2.3'])('%s is no version', (version) => {
	expect(findVersionProblems(version, changelog, null)).toEqual([
		expect.stringContaining('not a semantic version'),
	]);
});
