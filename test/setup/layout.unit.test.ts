import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(__dirname, '../..');

/** What is about all of the database or of the node, and the surroundings that tests run in. */
const OF_THEIR_OWN = [
	'db/distribution',
	'db/isolation',
	'db/plans',
	'engine',
	'nodes/Lma/hostile',
	'realN8n',
	'setup',
];

it('every test lies in the folder of what it tests', () => {
	const folders = globSync('test/**/*.test.ts', { cwd: root }).map((file) =>
		path.relative('test', path.dirname(file)).replaceAll('\\', '/'),
	);
	expect(folders.length).toBeGreaterThan(100);
	const stray = folders.filter((folder) => !existsSync(path.join(root, folder)));
	expect([...new Set(stray)].sort()).toEqual(
		OF_THEIR_OWN.filter((folder) => !existsSync(path.join(root, folder))),
	);
});
