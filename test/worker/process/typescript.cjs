// Lets a child process of a test run our TypeScript as it is, without a build: node -r ./typescript.cjs file.ts
const { readFileSync } = require('node:fs');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2023, esModuleInterop: true };

require.extensions['.ts'] = (module, fileName) => {
	const { outputText } = transpileModule(readFileSync(fileName, 'utf8'), { compilerOptions, fileName });
	module._compile(outputText, fileName);
};
