import { existsSync, globSync, readdirSync } from 'node:fs';
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

/** Tests of no single file, and what they are of. */
const SCENARIOS: Record<string, string> = {
	'migrations/autovacuum': 'what all migrations together say of autovacuum',
	'migrations/catalogue': 'what all migrations together make',
};

/** The paths of all tests in `test/`, without their endings: `db/lead/list.order`. */
const tests = globSync('test/**/*.test.ts', { cwd: root }).map((file) =>
	path
		.relative('test', file)
		.replaceAll('\\', '/')
		.replace(/(\.(redis|unit))?\.test\.ts$/, ''),
);

function isFolder(folder: string): boolean {
	return existsSync(path.join(root, folder));
}

/** What is tested in a folder: its files without their endings, and the folder itself as a whole. */
function subjectsOf(folder: string): Set<string> {
	const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name.split('.')[0] ?? '');
	// Files that n8n asks to begin with a capital have tests that do not.
	return new Set([...files, path.basename(folder)].map(lowerFirst));
}

function lowerFirst(name: string): string {
	return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Whether `<folder>/<subject>` or `<folder>/<subject>.<scenario>` names a file there, or the folder. */
function isNamedAfterSource(test: string): boolean {
	const { dir, base } = path.posix.parse(test);
	return subjectsOf(dir).has(base.split('.')[0] ?? '');
}

it('every test lies in the folder of what it tests', () => {
	const folders = tests.map((test) => path.posix.dirname(test));
	expect(folders.length).toBeGreaterThan(100);
	const stray = folders.filter((folder) => !isFolder(folder));
	expect([...new Set(stray)].sort()).toEqual(OF_THEIR_OWN.filter((folder) => !isFolder(folder)));
});

it('every test is named after the file that it tests, or after its folder, and then its scenario', () => {
	const ofSource = tests.filter((test) => !OF_THEIR_OWN.includes(path.posix.dirname(test)));
	const stray = ofSource.filter((test) => !isNamedAfterSource(test));
	expect(stray.sort()).toEqual(Object.keys(SCENARIOS));
});

it.each([
	['db/lead/list', true],
	['db/lead/list.order', true],
	['db/lead/lead.bulk', true],
	['nodes/Lma/lma.tls', true],
	['db/lead/order', false],
	['db/lead/order.list', false],
])('%s: %s', (test, isNamed) => {
	expect(isNamedAfterSource(test)).toBe(isNamed);
});
