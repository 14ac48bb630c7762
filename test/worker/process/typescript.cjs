// Lets a child process of a test run our TypeScript as it is, without a build: node -r ./typescript.cjs file.ts
// What has been translated before, in whatever run, is taken from node_modules/.cache by its content.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { version } = JSON.parse(readFileSync(require.resolve('typescript/package.json'), 'utf8'));
const cache = join(__dirname, '../../../node_modules/.cache/lma-tests', version);
mkdirSync(cache, { recursive: true });

function translate(source, fileName) {
	const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
	const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2023, esModuleInterop: true };
	return transpileModule(source, { compilerOptions, fileName }).outputText;
}

function translated(fileName) {
	const source = readFileSync(fileName, 'utf8');
	const place = join(cache, `${createHash('sha256').update(source).digest('hex')}.js`);
	try {
		return readFileSync(place, 'utf8');
	} catch {
		const output = translate(source, fileName);
		// Other processes write the same one: each reader finds all of it or none.
		const draft = `${place}.${process.pid}`;
		writeFileSync(draft, output);
		renameSync(draft, place);
		return output;
	}
}

require.extensions['.ts'] = (module, fileName) => {
	module._compile(translated(fileName), fileName);
};
