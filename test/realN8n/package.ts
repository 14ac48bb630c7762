import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';

import { runNpm } from '../../cli/n8n/npm';
import { nodesFolder } from '../../cli/n8n/linkPackage';

const packAnswer = z.array(z.object({ filename: z.string() })).min(1);

/**
 * Packs a built npm package, as `npm publish` would.
 * @returns the path of the tarball in `destination`.
 */
export async function packPackage(packageFolder: string, destination: string): Promise<string> {
	await mkdir(destination, { recursive: true });
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
	const result = await runNpm(args, { cwd: packageFolder, env: process.env });
	if (result.code !== 0) throw new Error(`npm pack failed in ${packageFolder}: ${result.output}`);
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
	const result = await runNpm(args, { cwd: folder, env: process.env });
	if (result.code !== 0) throw new Error(`npm install ${tarball} failed in ${folder}: ${result.output}`);
}
