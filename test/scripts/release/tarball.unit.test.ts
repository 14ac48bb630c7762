import path from 'node:path';

import { expect, it } from 'vitest';

import { findTarballProblems, listNeeded } from '../../../scripts/release/tarball';

const needed = listNeeded(path.resolve(__dirname, '../../..'));

it('a package needs the command, the nodes, the credentials, the migrations, the templates and the changelog', () => {
	expect(needed).toEqual(
		expect.arrayContaining([
			'CHANGELOG.md',
			'dist/cli/main.js',
			'dist/credentials/LmaApi.credentials.js',
			'dist/nodes/Lma/Lma.node.js',
			'dist/nodes/LmaTrigger/LmaTrigger.node.js',
			'migrations/0001_tenancy.sql',
			'migrations/checksums.json',
			'templates/scheduled-outreach.json',
		]),
	);
});

it('a package with all that is needed and nothing else is right', () => {
	expect(findTarballProblems({ bytes: 400_000, paths: needed }, needed)).toEqual([]);
});

it.each([
	'.env',
	'.env.example',
	'certificates/server.pem',
	'dist/cli/main.js.map',
	'dist/cli/server.pem',
	'dist/bench/main.js',
	'dist/scripts/release.js',
	'dist/test/setup/database.js',
	'migrations/.env',
	'node_modules/zod/index.js',
	'test/setup/database.ts',
	'worker/main.ts',
	'.lma/secrets.json',
])('a package with %s is refused', (file) => {
	expect(findTarballProblems({ bytes: 1, paths: [...needed, file] }, needed)).toEqual([
		expect.stringContaining(`${file} does not belong`),
	]);
});

it.each(needed)('a package without %s is refused', (file) => {
	expect(findTarballProblems({ bytes: 1, paths: needed.filter((path) => path !== file) }, needed)).toEqual([
		expect.stringContaining(`${file} is missing`),
	]);
});

it('a package that is far too large is refused', () => {
	expect(findTarballProblems({ bytes: 9_000_000, paths: needed }, needed)).toEqual([
		expect.stringContaining('9000000 bytes'),
	]);
});
