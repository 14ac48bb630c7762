import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the n8n of a lock file is installed: outside the checkout, so that clones and versions share it, and named
 * after the lock, so that a changed lock is another install. `LMA_N8N_CACHE` in `env` replaces the folder above it.
 * @param lockFolder the folder with the `package.json` and `package-lock.json` that pin n8n.
 */
export function n8nFolder(lockFolder: string, env: NodeJS.ProcessEnv): string {
	const lock = readFileSync(join(lockFolder, 'package-lock.json'));
	return join(cacheRoot(env), `n8n-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
}

/** Whether the pinned n8n is installed. The folder appears by a rename at the end, so half an install never counts. */
export function isN8nInstalled(lockFolder: string, env: NodeJS.ProcessEnv): boolean {
	return existsSync(n8nProgram(n8nFolder(lockFolder, env)));
}

/** The script that starts n8n in an install folder. */
export function n8nProgram(folder: string): string {
	return join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

function cacheRoot(env: NodeJS.ProcessEnv): string {
	if (env['LMA_N8N_CACHE']) return env['LMA_N8N_CACHE'];
	const caches = env['XDG_CACHE_HOME'];
	// Empty counts as not set, says the specification of XDG_CACHE_HOME.
	const folder = caches === undefined || caches === '' ? join(homedir(), '.cache') : caches;
	return join(folder, 'n8n-nodes-lma');
}
