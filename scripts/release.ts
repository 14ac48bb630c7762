/* Prepares a release: docs/releasing.md. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { packageRoot } from '../cli/machine/packageRoot';
import { findCheckoutProblems, findTagProblems } from './release/checkout';
import { runCommand } from './release/command';
import { readManifest } from './release/manifest';
import { findMigrationProblems } from './release/migrations';
import { prepareRelease } from './release/prepare';
import { findTarballProblems, listNeeded, packTarball } from './release/tarball';
import { installTarball, tryPackage } from './release/trial';
import { findVersionProblems } from './release/version';

const usage = `npm run release -- [--dry-run | --package | --check-tag <tag>]

Checks the version, the changelog and the migrations; runs the type check, the linter and all tests; builds and packs the
package, looks at what is in it, installs it in an empty folder and runs it there; then makes the tag and says what to
push. Publishing is done by the workflow that the tag starts.

--dry-run    makes no tag, leaves the tests out, and reports what is not ready yet instead of failing for it
--package    builds, packs and tries the package, and nothing else
--check-tag  for that workflow: the tag has to be that of the version and on main, and nothing is made`;

const root = packageRoot();
const { version } = readManifest(root);
const tag = `v${version}`;

function main(): void {
	const { values } = parseArgs({
		options: {
			'dry-run': { type: 'boolean' },
			package: { type: 'boolean' },
			'check-tag': { type: 'string' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) console.log(usage);
	else if (values['check-tag'] !== undefined) checkTag(values['check-tag']);
	else if (values.package) report(findPackageProblems());
	else if (values['dry-run']) tryRelease();
	else release();
}

function checkTag(given: string): void {
	const problems = [
		...findTagProblems(root, given, version),
		...findVersionProblems(version, readChangelog(), null),
		...findMigrationProblems(),
	];
	// Building a package takes a minute; one that is not to be published needs none.
	report(problems.length > 0 ? problems : findPackageProblems());
}

function tryRelease(): void {
	const notReady = findNotReady();
	const broken = findPackageProblems();
	for (const problem of notReady) console.log(`Not ready: ${problem}`);
	report(broken);
	if (broken.length === 0) console.log(`Dry run: no tag was made. A release would make the tag ${tag}.`);
}

function release(): void {
	const problems = prepareRelease({
		findNotReady,
		findPackageProblems,
		runScript: (name) => {
			console.log(`npm run ${name}`);
			execFileSync('npm', ['run', '--silent', name], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
		},
		makeTag: () => {
			runCommand(root, 'git', ['tag', '--annotate', tag, '--message', `Version ${version}`]);
			console.log(`Made the tag ${tag}. Publish it with: git push origin main ${tag}`);
		},
	});
	report(problems);
}

function findNotReady(): string[] {
	const today = new Date().toISOString().slice(0, 10);
	return [
		...findCheckoutProblems(root, tag),
		...findVersionProblems(version, readChangelog(), today),
		...findMigrationProblems(),
	];
}

function readChangelog(): string {
	return readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
}

function findPackageProblems(): string[] {
	runCommand(root, 'npm', ['run', '--silent', 'build']);
	const folder = mkdtempSync(join(tmpdir(), 'lma-release-'));
	try {
		const tarball = packTarball(root, folder);
		console.log(
			`The package has ${tarball.paths.length} files, ${Math.round(tarball.bytes / 1000)} kB packed.`,
		);
		const problems = findTarballProblems(tarball, listNeeded(root));
		if (problems.length === 0) console.log(tryPackage(installTarball(tarball.file, folder)));
		return problems;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function report(problems: string[]): void {
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
}

main();
