import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { packTarball } from '../../../scripts/release/tarball';
import { installTarball, tryPackage } from '../../../scripts/release/trial';
import { newFolder } from '../repository';

const classOf = (name: string, body: string) => `exports.${name} = class { constructor() { ${body} } };`;

const WORKING = {
	'package.json': JSON.stringify({
		name: 'n8n-nodes-lma',
		version: '9.8.7',
		bin: { lma: 'cli.js' },
		n8n: { nodes: ['Lma.node.js'], credentials: ['LmaApi.credentials.js'] },
	}),
	'cli.js': `console.log(process.argv[2] === '--help' ? 'Usage: lma [options]' : '9.8.7');`,
	'Lma.node.js': classOf('Lma', `this.description = { properties: [{}] };`),
	'LmaApi.credentials.js': classOf('LmaApi', `this.properties = [{}];`),
};

/** A small package of our name. */
function packageOf(changed: Partial<typeof WORKING> = {}): string {
	const folder = newFolder();
	for (const [file, text] of Object.entries({ ...WORKING, ...changed }))
		writeFileSync(join(folder, file), text);
	return folder;
}

it('a package is installed, its command gives help and what n8n loads is loaded', () => {
	const folder = newFolder();
	const { file, paths } = packTarball(packageOf(), folder);
	expect(paths).toEqual(Object.keys(WORKING).sort());
	expect(tryPackage(installTarball(file, folder))).toBe(
		'Installed in an empty folder, lma 9.8.7 gives help, and 2 nodes and credentials load.',
	);
});

it.each([
	['a command that says another version', { 'cli.js': `console.log('9.8.6');` }, /does not say 9\.8\.7/],
	['a command without help', { 'cli.js': `console.log('9.8.7');` }, /--help does not say/],
	['a node that needs what is not there', { 'Lma.node.js': `require('not-there');` }, /Command failed/],
	['a node under another name', { 'Lma.node.js': classOf('Other', '') }, /Command failed/],
	['credentials without parameters', { 'LmaApi.credentials.js': classOf('LmaApi', '') }, /Command failed/],
])('%s is refused', (_what, changed, message) => {
	expect(() => tryPackage(packageOf(changed))).toThrow(message);
});
