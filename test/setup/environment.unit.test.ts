import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { loadReplica } from '../../db/report/replica/environment';
import { loadConfig } from '../../worker/config';

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Variables of systems other than ours, and what one of our processes tells another. */
const NOT_SETTINGS = [
	...['HOME', 'NODE_OPTIONS', 'PATH', 'VITEST_POOL_ID', 'XDG_CACHE_HOME', 'npm_execpath'],
	...['N8N_ENCRYPTION_KEY', 'N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS', 'N8N_LOG_LEVEL', 'N8N_USER_FOLDER'],
	...['N8N_LISTEN_ADDRESS', 'N8N_PORT'],
	...['LMA_BENCH_URL', 'LMA_TEST_TUNING'],
];

/** The ways in which our code reads a variable. */
const READS = [
	/\b(?:env|values)\??\.(\w+)/g,
	/\benv\['(\w+)'\]/g,
	/\bread(?:Variable|Port)\((?:\w+\.)?env, '(\w+)'/g,
];
/** Tests make up environments of their own; what they ask the true one for is a setting. */
const READS_OF_TESTS = [/\bprocess\.env\.(\w+)/g, /\bprocess\.env\['(\w+)'\]/g];
const DESTRUCTURED = /\{([^{}]+)\} = process\.env\b/g;

function readsIn(pattern: string, ways: RegExp[]): string[] {
	const code = globSync(pattern, { cwd: root }).map(read).join('\n');
	const destructured = [...code.matchAll(DESTRUCTURED)].flatMap(([, names = '']) =>
		names.split(',').map((name) => name.replace(/:.*/s, '').trim()),
	);
	return [...ways.flatMap((way) => [...code.matchAll(way)].map(([, name = '']) => name)), ...destructured];
}

const code = [
	...readsIn('{cli,db,domain,n8n,nodes,schema,worker,bench,scripts}/**/*.{ts,mjs}', READS),
	...readsIn('{test/**/*.ts,vitest.config.mts}', READS_OF_TESTS),
];
const compose = [...read('docker-compose.yml').matchAll(/\$\{([A-Z]\w+)/g)].map(([, name = '']) => name);
const used = new Set([...code, ...compose].filter((name) => /^[A-Z][A-Z0-9_]+$/.test(name)));
const documented = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);

/** What the schemas ask the environment for. */
function askedFor(load: (env: Record<string, string>) => unknown): string[] {
	const names = new Set<string>();
	const given: Record<string, string> = { DATABASE_URL: 'postgres://localhost/lma' };
	load(
		new Proxy(given, {
			get(env, name: string) {
				names.add(name);
				return env[name];
			},
		}),
	);
	return [...names];
}

const checked = [...askedFor(loadConfig), ...askedFor((env) => loadReplica(env, 'postgres://localhost/lma'))];

it('every variable that is read stands in .env.example', () => {
	expect(used.size).toBeGreaterThan(25);
	const settings = [...new Set([...used, ...checked])].filter((name) => !NOT_SETTINGS.includes(name));
	expect(settings.filter((name) => !documented.includes(name))).toEqual([]);
});

it('every variable in .env.example is read', () => {
	expect(documented.filter((name) => !used.has(name))).toEqual([]);
	expect(documented).toEqual([...new Set(documented)]);
});

it('every variable that is checked at the start is used, too', () => {
	expect(checked).toContain('LMA_REPLICA_MAX_LAG');
	expect(checked.filter((name) => !used.has(name))).toEqual([]);
});

it('no exception outlives its reason', () => {
	const known = new Set([...code, ...compose]);
	expect(NOT_SETTINGS.filter((name) => !known.has(name))).toEqual([]);
});

it('documents name variables that exist', () => {
	const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: root })];
	const named = documents.flatMap(
		(document) => read(document).match(/\b(?:LMA|TEST|DATABASE)_[A-Z0-9_]+\b/g) ?? [],
	);
	expect(named.length).toBeGreaterThan(10);
	expect(named.filter((name) => !documented.includes(name))).toEqual([]);
});
