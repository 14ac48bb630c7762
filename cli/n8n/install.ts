import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { isN8nInstalled, n8nFolder } from './n8nFolder';
import { N8nInstallError } from './errors';
import { holdFileLock } from '../machine/fileLock';
import { InstallProgress } from './installProgress';
import { runNpm } from './npm';

/** What an install is at. `done` and `total` count packages. */
export type InstallStep =
	| { phase: 'waiting' }
	| { phase: 'installing'; done: number; total: number }
	| { phase: 'finished'; done: number; total: number };

/** What `installN8n` needs. */
export interface InstallOptions {
	/** The folder with the `package.json` and `package-lock.json` that pin n8n. */
	lockFolder: string;
	/** Says where npm is, and may say where n8n is kept. */
	env: NodeJS.ProcessEnv;
	/** Called about twice a second while it installs; never when n8n is already there. */
	onProgress?: (step: InstallStep) => void;
	/** Aborting stops npm and removes what was half installed; npm's own cache keeps the downloads. */
	signal?: AbortSignal;
}

const progressMs = 500;

/**
 * Makes sure that the pinned n8n is installed, outside the checkout, and returns its folder. A finished install is
 * reused. Of several processes one installs and the others wait for it. Takes minutes and 2.8 GB the first time.
 * @throws N8nInstallError when npm fails; the signal's reason when aborted. Can be repeated.
 */
export async function installN8n(options: InstallOptions): Promise<{ folder: string }> {
	const { lockFolder, env, signal, onProgress } = options;
	const folder = n8nFolder(lockFolder, env);
	if (isN8nInstalled(lockFolder, env)) return { folder };
	await mkdir(dirname(folder), { recursive: true });
	const release = await holdFileLock(`${folder}.lock`, {
		onWait: () => onProgress?.({ phase: 'waiting' }),
		signal,
	});
	try {
		if (!isN8nInstalled(lockFolder, env)) await installInto(folder, options);
	} finally {
		release();
	}
	return { folder };
}

/** Installs into a new folder beside `folder` and renames it. The caller holds the lock. */
async function installInto(
	folder: string,
	{ lockFolder, env, onProgress, signal }: InstallOptions,
): Promise<void> {
	await removeLeftOvers(folder);
	const partial = await mkdtemp(`${folder}.partial-`);
	try {
		for (const file of ['package.json', 'package-lock.json'])
			await copyFile(join(lockFolder, file), join(partial, file));
		const progress = new InstallProgress(partial);
		const { total } = progress;
		const report = () => onProgress?.({ phase: 'installing', done: progress.count(), total });
		report();
		const timer = setInterval(report, progressMs);
		// n8n runs without the scripts of its 2,200 packages, and they cannot all be built on a bare machine.
		const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress'];
		const result = await runNpm(args, { cwd: partial, env, signal }).finally(() => clearInterval(timer));
		if (result.code !== 0) throw new N8nInstallError(folder, result.output);
		await rm(folder, { recursive: true, force: true });
		await rename(partial, folder);
		onProgress?.({ phase: 'finished', done: total, total });
	} catch (error) {
		await rm(partial, { recursive: true, force: true });
		if (signal?.aborted || error instanceof N8nInstallError) throw error;
		throw new N8nInstallError(folder, error instanceof Error ? error.message : String(error), {
			cause: error,
		});
	}
}

/** Removes what processes left behind that were killed while they installed. */
async function removeLeftOvers(folder: string): Promise<void> {
	const prefix = `${basename(folder)}.partial-`;
	for (const name of await readdir(dirname(folder)))
		if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true, force: true });
}
