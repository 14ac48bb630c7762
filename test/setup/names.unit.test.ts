import { globSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

const root = path.resolve(__dirname, '../..');
const ELSEWHERE = /^(node_modules|dist|coverage|\.git|\.lma)\//;

/** Names that n8n asks for, or that stand for a class of n8n's: with a capital. */
const OF_N8N = /^[A-Z]\w*\.(node|credentials|resource)\.ts$/;
/** camelCase, with the suffixes that say what kind of file it is. */
const CAMEL_CASE =
	/^[a-z][a-zA-Z0-9]*(\.(operation|global|suite|redis|unit|test|d|config))*\.(ts|mts|mjs|cjs)$/;

it('files of code have names in camelCase, but for those that n8n names', () => {
	const files = globSync('**/*.{ts,mts,mjs,cjs}', { cwd: root, exclude: (name) => name === 'node_modules' })
		.map((file) => file.replaceAll('\\', '/'))
		.filter((file) => !ELSEWHERE.test(file));
	expect(files.length).toBeGreaterThan(500);
	expect(
		files.filter((file) => {
			const name = path.posix.basename(file);
			return !CAMEL_CASE.test(name) && !OF_N8N.test(name);
		}),
	).toEqual([]);
});

it('no file or folder has a name that explains nothing', () => {
	const files = globSync('**/*.ts', { cwd: root, exclude: (name) => name === 'node_modules' }).filter(
		(file) => !ELSEWHERE.test(file),
	);
	expect(
		files.filter((file) => /(^|[\\/])(utils?|helpers?|common|misc|shared)(\.|[\\/])/.test(file)),
	).toEqual([]);
});
