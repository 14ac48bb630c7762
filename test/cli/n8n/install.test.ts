import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';

import { isN8nInstalled, n8nFolder } from '../../../cli/n8n/n8nFolder';
import { installN8n, type InstallStep } from '../../../cli/n8n/install';
import { until } from '../../setup/until';
import { createFakeNpm, type FakeNpm } from './fakeNpm';

const made: FakeNpm[] = [];

function use(behaviour: Parameters<typeof createFakeNpm>[0]): FakeNpm {
	const npm = createFakeNpm(behaviour);
	made.push(npm);
	return npm;
}

/** What lies in the cache besides the lock. */
function installs(npm: FakeNpm): string[] {
	return readdirSync(npm.cache).filter((name) => !name.includes('.lock'));
}

afterEach(() => {
	for (const { root } of made.splice(0)) rmSync(root, { recursive: true, force: true });
});

test('installs once, says how far it is, and is reused without running npm again', async () => {
	const npm = use('installs');
	const steps: InstallStep[] = [];
	expect(isN8nInstalled(npm.lockFolder, npm.env)).toBe(false);
	const { folder } = await installN8n({
		lockFolder: npm.lockFolder,
		env: npm.env,
		onProgress: (step) => steps.push(step),
	});
	expect(folder).toBe(n8nFolder(npm.lockFolder, npm.env));
	expect(isN8nInstalled(npm.lockFolder, npm.env)).toBe(true);
	expect(steps[0]).toEqual({ phase: 'installing', done: 0, total: 1 });
	expect(steps.at(-1)).toEqual({ phase: 'finished', done: 1, total: 1 });

	const silent = vi.fn();
	await installN8n({ lockFolder: npm.lockFolder, env: npm.env, onProgress: silent });
	expect(silent).not.toHaveBeenCalled();
	expect(npm.runs()).toBe(1);
});

test('of two that want it at the same time one installs and the other waits for it', async () => {
	const npm = use('installs');
	const steps: InstallStep[] = [];
	const options = {
		lockFolder: npm.lockFolder,
		env: npm.env,
		onProgress: (step: InstallStep) => steps.push(step),
	};
	const [first, second] = await Promise.all([installN8n(options), installN8n(options)]);
	expect(first).toEqual(second);
	expect(npm.runs()).toBe(1);
	expect(steps.filter(({ phase }) => phase === 'waiting')).toHaveLength(1);
});

test('a changed lock file is another install', () => {
	const npm = use('installs');
	const before = n8nFolder(npm.lockFolder, npm.env);
	writeFileSync(join(npm.lockFolder, 'package-lock.json'), '{ "packages": {} }');
	expect(n8nFolder(npm.lockFolder, npm.env)).not.toBe(before);
});

test('what npm complains about is in the error, and nothing is left behind', async () => {
	const npm = use('fails');
	await expect(installN8n({ lockFolder: npm.lockFolder, env: npm.env })).rejects.toThrow(
		/n8n could not be installed into .*: npm error code ENOTFOUND\. Check that npm can reach its registry/,
	);
	expect(installs(npm)).toEqual([]);
});

test('an aborted install stops npm and leaves nothing behind', async () => {
	const npm = use('hangs');
	const abort = new AbortController();
	const running = installN8n({ lockFolder: npm.lockFolder, env: npm.env, signal: abort.signal });
	await until('npm runs', () => Promise.resolve(npm.runs() > 0));
	abort.abort(new Error('asked to stop'));
	await expect(running).rejects.toThrow('asked to stop');
	expect(installs(npm)).toEqual([]);
});

test('what a killed install left behind is removed', async () => {
	const npm = use('installs');
	const leftOver = `${n8nFolder(npm.lockFolder, npm.env)}.partial-abc`;
	mkdirSync(leftOver, { recursive: true });
	await installN8n({ lockFolder: npm.lockFolder, env: npm.env });
	expect(existsSync(leftOver)).toBe(false);
	expect(installs(npm)).toHaveLength(1);
});

test('without npm the error says where to get it', async () => {
	const npm = use('installs');
	const env = { ...npm.env, npm_execpath: '', PATH: '/nowhere' };
	await expect(installN8n({ lockFolder: npm.lockFolder, env })).rejects.toThrow(/npm is not on the PATH/);
});
