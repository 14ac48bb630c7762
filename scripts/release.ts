/* Prepares a release: docs/releasing.md. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { packageRoot } from '../cli/machine/packageRoot';
import { computeChecksums, findChangedMigrations, readChecksums } from '../schema/migration/checksums';
import { findTarballProblems, listTarball } from './release/tarball';
import { findVersionProblems } from './release/version';

const usage = `npm run release -- [--dry-run] [--check-tag <tag>]

Checks the version, the changelog, the migrations and what npm would pack; installs the package in an empty folder and runs
it; then makes the tag and says what to push. Publishing is done by the workflow that the tag starts.

--dry-run    makes no tag, and reports what is not ready yet instead of failing for it
--check-tag  for that workflow: the tag has to be that of the version, and nothing is made`;

const root = packageRoot();

function run(command: string, args: string[], cwd = root): string {
	return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

function main(): void {
	const { values } = parseArgs({
		options: {
			'dry-run': { type: 'boolean', default: false },
			'check-tag': { type: 'string' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		console.log(usage);
		return;
	}
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
	const tag = `v${version}`;
	if (values['check-tag'] !== undefined) {
		const problems = [
			...(values['check-tag'] === tag
				? []
				: [`The tag ${values['check-tag']} is not that of version ${version}.`]),
			...checkPackage(),
		];
		report(problems);
		return;
	}
	const notReady = [...checkCheckout(tag), ...checkVersion(version), ...checkMigrations()];
	const broken = checkPackage();
	if (broken.length === 0) tryPackage();
	if (values['dry-run']) {
		for (const problem of notReady) console.log(`Not ready: ${problem}`);
		report(broken);
		if (broken.length === 0) console.log(`Dry run: no tag was made. A release would make the tag ${tag}.`);
		return;
	}
	report([...notReady, ...broken]);
	if (notReady.length + broken.length > 0) return;
	run('git', ['tag', '--annotate', tag, '--message', `Version ${version}`]);
	console.log(`Made the tag ${tag}. Publish it with: git push origin main ${tag}`);
}

function checkCheckout(tag: string): string[] {
	return [
		...(run('git', ['status', '--porcelain']) === ''
			? []
			: ['The checkout has changes that are not committed: commit them.']),
		...(run('git', ['branch', '--show-current']) === 'main'
			? []
			: ['Releases are made from the branch main: switch to it.']),
		...(run('git', ['tag', '--list', tag]) === '' ? [] : [`The tag ${tag} exists: raise the version.`]),
	];
}

function checkVersion(version: string): string[] {
	const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
	return findVersionProblems(version, changelog, new Date().toISOString().slice(0, 10));
}

function checkMigrations(): string[] {
	const kept = readChecksums();
	const present = computeChecksums();
	const added = Object.keys(present).filter((name) => !(name in kept));
	return [
		...findChangedMigrations(kept, present),
		...(added.length > 0
			? [`migrations/checksums.json lacks ${added.join(', ')}: run npm run migrations:freeze.`]
			: []),
	];
}

function checkPackage(): string[] {
	run('npm', ['run', '--silent', 'build']);
	const tarball = listTarball(root);
	console.log(
		`The package has ${tarball.paths.length} files, ${Math.round(tarball.bytes / 1000)} kB packed.`,
	);
	return findTarballProblems(tarball);
}

/** Installs what npm packs into an empty folder, runs the command there and loads the nodes as n8n does. */
function tryPackage(): void {
	const folder = mkdtempSync(join(tmpdir(), 'lma-release-'));
	try {
		const file = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
		run('npm', [
			'install',
			'--silent',
			'--omit=dev',
			'--no-audit',
			'--no-fund',
			'--prefix',
			folder,
			join(folder, file),
		]);
		const installed = join(folder, 'node_modules', 'n8n-nodes-lma');
		const version = run(process.execPath, [join(installed, 'dist', 'cli', 'main.js'), '--version']);
		const { n8n } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
			n8n: { nodes: string[]; credentials: string[] };
		};
		for (const path of [...n8n.nodes, ...n8n.credentials])
			run(process.execPath, ['-e', `require(${JSON.stringify(join(installed, path))})`]);
		console.log(`Installed in an empty folder, lma --version says ${version}, and the nodes load.`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function report(problems: string[]): void {
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
}

main();
