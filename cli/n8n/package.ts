import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';
import { runNpm } from './npm';
import { CommandFailedError } from '../failure';

const packAnswer = z.array(z.object({ filename: z.string() })).min(1);
const manifestSchema = z.object({ name: z.string().min(1) });

/**
 * Packs a built npm package, as `npm publish` would.
 * @returns the path of the tarball in `destination`.
 */
export async function packPackage(packageFolder: string, destination: string): Promise<string> {
	await mkdir(destination, { recursive: true });
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
	const result = await runNpm(args, { cwd: packageFolder });
	if (result.code !== 0)
		throw new CommandFailedError(`npm pack failed in ${packageFolder}: ${result.output}`);
	const [packed] = packAnswer.parse(JSON.parse(result.stdout));
	return join(destination, packed?.filename ?? '');
}

/**
 * Installs a package into an n8n's user folder, where n8n loads it at its next start under its own name. This is
 * what n8n's manual asks an admin to do. Can be repeated, with a newer tarball as well.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const folder = await nodesFolder(userFolder);
	// n8n brings n8n-workflow itself; its own installer leaves peer dependencies out, too.
	const args = [
		'install',
		tarball,
		'--omit=dev',
		'--omit=peer',
		'--ignore-scripts',
		'--no-audit',
		'--no-fund',
	];
	const result = await runNpm(args, { cwd: folder });
	if (result.code !== 0)
		throw new CommandFailedError(`npm install ${tarball} failed in ${folder}: ${result.output}`);
}

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

/** `<userFolder>/.n8n/nodes` with a package.json, as n8n makes it. */
async function nodesFolder(userFolder: string): Promise<string> {
	const folder = join(userFolder, '.n8n', 'nodes');
	await mkdir(folder, { recursive: true });
	const manifest = join(folder, 'package.json');
	const content = JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }, null, 2);
	if (!existsSync(manifest)) await writeFile(manifest, `${content}\n`);
	return folder;
}
