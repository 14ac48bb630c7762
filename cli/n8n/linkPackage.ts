import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';

const manifestSchema = z.object({ name: z.string().min(1) });

/**
 * Puts a built package into an n8n's user folder as a link: at once, and n8n sees a new build at its next start.
 * n8n then resolves what the package needs from the package's own folder. Can be repeated.
 */
export async function linkPackage(packageFolder: string, userFolder: string): Promise<void> {
	const { name } = manifestSchema.parse(
		JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')),
	);
	const modules = join(await nodesFolder(userFolder), 'node_modules');
	await mkdir(modules, { recursive: true });
	await rm(join(modules, name), { recursive: true, force: true });
	await symlink(packageFolder, join(modules, name), 'dir');
}

/**
 * `<userFolder>/.n8n/nodes` with a package.json, as n8n makes it.
 *
 * @internal tests install the packed package there
 */
export async function nodesFolder(userFolder: string): Promise<string> {
	const folder = join(userFolder, '.n8n', 'nodes');
	await mkdir(folder, { recursive: true });
	const manifest = join(folder, 'package.json');
	const content = JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }, null, 2);
	if (!existsSync(manifest)) await writeFile(manifest, `${content}\n`);
	return folder;
}
