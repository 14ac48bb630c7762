import { basename, join } from 'node:path';

import { runCommand } from './command';
import { readManifest } from './manifest';

/** Loads a class as n8n does: the file's name before its first dot is the class's. */
const LOAD = `const [path, name] = process.argv.slice(1);
const { description, properties } = new (require(path)[name])();
if (!(description?.properties ?? properties)?.length) throw new Error(name + ' has no parameters');`;

/** Installs a tarball in `folder`, which is empty, as its users do. Returns where the package lies then. */
export function installTarball(tarball: string, folder: string): string {
	const quiet = ['--silent', '--no-audit', '--no-fund'];
	runCommand(folder, 'npm', ['install', ...quiet, '--omit=dev', '--prefix', folder, tarball]);
	return join(folder, 'node_modules', 'n8n-nodes-lma');
}

/**
 * Runs the command of a package that lies in `installed`, and loads what n8n would load. Throws at the first thing that
 * fails. Returns what was tried, as a sentence.
 */
export function tryPackage(installed: string): string {
	const { version, bin, n8n } = readManifest(installed);
	const run = (...args: string[]) => runCommand(installed, process.execPath, args);
	const command = join(installed, bin.lma);
	if (run(command, '--version') !== version) throw new Error(`lma --version does not say ${version}`);
	if (!run(command, '--help').startsWith('Usage: lma'))
		throw new Error('lma --help does not say how lma is used');
	const loaded = [...n8n.nodes, ...n8n.credentials];
	for (const path of loaded) {
		const [name = ''] = basename(path).split('.');
		run('-e', LOAD, join(installed, path), name);
	}
	return `Installed in an empty folder, lma ${version} gives help, and ${loaded.length} nodes and credentials load.`;
}
