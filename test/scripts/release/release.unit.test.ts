import { describe, expect, it } from 'vitest';

import { findTarballProblems } from '../../../scripts/release/tarball';
import { findVersionProblems, notesOf } from '../../../scripts/release/version';

const WHOLE = [
	'README.md',
	'LICENSE',
	'CHANGELOG.md',
	'package.json',
	'dist/cli/main.js',
	'dist/worker/main.js',
	'dist/nodes/Lma/Lma.node.js',
	'dist/nodes/Lma/lma.svg',
	'dist/nodes/LmaTrigger/LmaTrigger.node.js',
	'dist/credentials/LmaApi.credentials.js',
	'migrations/0001_tenancy.sql',
	'migrations/checksums.json',
	'cli/n8n/pinned/package-lock.json',
];

describe('a package', () => {
	it('with all that is needed and nothing else is right', () => {
		expect(findTarballProblems({ bytes: 400_000, paths: WHOLE })).toEqual([]);
	});

	it.each([
		'.env',
		'test/setup/database.ts',
		'dist/cli/main.js.map',
		'dist/bench/main.js',
		'dist/scripts/release.js',
		'node_modules/zod/index.js',
		'.lma/secrets.json',
	])('with %s is refused', (path) => {
		expect(findTarballProblems({ bytes: 1, paths: [...WHOLE, path] })).toEqual([
			expect.stringContaining(`${path} does not belong`),
		]);
	});

	it('that lacks something, or is far too large, is refused', () => {
		expect(findTarballProblems({ bytes: 9_000_000, paths: WHOLE.slice(1) })).toEqual([
			expect.stringContaining('README.md is missing'),
			expect.stringContaining('9000000 bytes'),
		]);
	});
});

describe('a version', () => {
	const changelog = '# Changelog\n\n## [0.2.0] - 2026-03-01\n\n### Added\n\n- It.\n\n## [0.1.0]\n\n';

	it('has its notes in the changelog', () => {
		expect(notesOf(changelog, '0.2.0')).toEqual({ date: '2026-03-01', text: '### Added\n\n- It.' });
		expect(notesOf(changelog, '0.1.0')).toEqual({ date: null, text: '' });
		expect(notesOf(changelog, '0.3.0')).toBeNull();
	});

	it('is released on the day that they name', () => {
		expect(findVersionProblems('0.2.0', changelog, '2026-03-01')).toEqual([]);
		expect(findVersionProblems('0.2.0', changelog, '2026-03-02')).toEqual([
			expect.stringContaining('dates 0.2.0 2026-03-01'),
		]);
		expect(findVersionProblems('0.1.0', changelog, '2026-03-01')).toHaveLength(2);
		expect(findVersionProblems('0.3.0', changelog, '2026-03-01')).toEqual([
			expect.stringContaining('no section'),
		]);
		expect(findVersionProblems('next', changelog, '2026-03-01')).toHaveLength(1);
	});
});
