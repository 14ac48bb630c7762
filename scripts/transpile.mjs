// Brings dist/ up to date for `npm start`, file by file and without checking types: a fresh clone starts in seconds,
// an unchanged one at once. `npm run build` is the checked build. Folders given as arguments come along.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const folders = [
	'domain',
	'db',
	'schema',
	'n8n',
	'nodes',
	'credentials',
	'worker',
	'cli',
	...process.argv.slice(2),
];
const sources = globSync(`{${folders.join(',')}}/**/*.ts`);
const outdated = sources.filter((source) => {
	const built = builtFile(source);
	return !existsSync(built) || statSync(built).mtimeMs < statSync(source).mtimeMs;
});
if (outdated.length > 0) {
	const { default: typescript } = await import('typescript');
	const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
	const { options } = typescript.convertCompilerOptionsFromJson(compilerOptions, '.');
	for (const source of outdated) {
		const { outputText } = typescript.transpileModule(readFileSync(source, 'utf8'), {
			fileName: source,
			compilerOptions: { ...options, noEmit: false, incremental: false },
		});
		mkdirSync(dirname(builtFile(source)), { recursive: true });
		writeFileSync(builtFile(source), outputText);
	}
}
// What was built from a file that has moved since would be found before its folder.
const wanted = new Set(sources.map(builtFile));
for (const built of globSync(`dist/{${folders.join(',')}}/**/*.js`)) {
	if (!wanted.has(built)) rmSync(built);
}
await import('./copyAssets.mjs');

function builtFile(source) {
	return join('dist', source.replace(/\.ts$/, '.js'));
}
