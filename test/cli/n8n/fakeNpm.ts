import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An npm whose `ci` does what a test needs, the lock folder that it installs, and a cache of its own. */
export interface FakeNpm {
	root: string;
	lockFolder: string;
	cache: string;
	/** The environment in which the code under test uses this npm and this cache. */
	env: NodeJS.ProcessEnv;
	/** How often it was run. */
	runs(): number;
}

const behaviours = {
	installs: `mkdirSync('node_modules/n8n/bin', { recursive: true });
		writeFileSync('node_modules/n8n/package.json', '{}');
		setTimeout(() => writeFileSync('node_modules/n8n/bin/n8n', ''), 300);`,
	fails: `console.error('npm warn old something'); console.error('npm error code ENOTFOUND'); process.exit(1);`,
	hangs: `mkdirSync('node_modules/n8n', { recursive: true }); setInterval(() => undefined, 1000);`,
};

/** Makes a fake npm. The process is real: it is started, watched and stopped like npm's own. */
export function createFakeNpm(behaviour: keyof typeof behaviours): FakeNpm {
	const root = mkdtempSync(join(tmpdir(), 'lma-fake-npm-'));
	const lockFolder = join(root, 'lock');
	const npm = join(root, 'npm-cli.js');
	const log = join(root, 'runs');
	mkdirSync(lockFolder);
	writeFileSync(log, '');
	writeFileSync(
		npm,
		`const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
		appendFileSync(${JSON.stringify(log)}, process.pid + '\\n');
		${behaviours[behaviour]}`,
	);
	writeFileSync(join(lockFolder, 'package.json'), '{}');
	writeFileSync(join(lockFolder, 'package-lock.json'), '{ "packages": { "": {}, "node_modules/n8n": {} } }');
	const cache = join(root, 'cache');
	return {
		root,
		lockFolder,
		cache,
		env: { ...process.env, npm_execpath: npm, LMA_N8N_CACHE: cache },
		runs: () => readFileSync(log, 'utf8').split('\n').filter(Boolean).length,
	};
}
