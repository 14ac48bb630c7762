import { spawnSync } from 'node:child_process';

import { runCommand } from './command';

/** What keeps the checkout in `folder` from getting the tag, one sentence each. */
export function findCheckoutProblems(folder: string, tag: string): string[] {
	const git = (...args: string[]) => runCommand(folder, 'git', args);
	return [
		...(git('status', '--porcelain') === ''
			? []
			: ['The checkout has changes that are not committed: commit them.']),
		...(git('branch', '--show-current') === 'main'
			? []
			: ['Releases are made from the branch main: switch to it.']),
		...(git('tag', '--list', tag) === '' ? [] : [`The tag ${tag} exists: raise the version.`]),
	];
}

/**
 * What is wrong with a tag that was pushed, one sentence each: it has to be that of the version, of the commit that is
 * checked out, and of one that the branch main has. Asks nothing of the remote.
 */
export function findTagProblems(folder: string, tag: string, version: string): string[] {
	if (tag !== `v${version}`)
		return [`The tag ${tag} is not that of version ${version} in package.json: tag v${version}.`];
	const tagged = commitOf(folder, `refs/tags/${tag}`);
	if (tagged === null) return [`The tag ${tag} is not in this checkout: fetch it.`];
	const main = commitOf(folder, 'refs/remotes/origin/main') ?? commitOf(folder, 'refs/heads/main');
	return [
		...(tagged === commitOf(folder, 'HEAD')
			? []
			: [`The tag ${tag} is of another commit than the one checked out: check out the tag.`]),
		...(main !== null && succeeds(folder, 'merge-base', '--is-ancestor', tagged, main)
			? []
			: [`The tag ${tag} is of a commit that main does not have: merge it, and tag that.`]),
	];
}

function commitOf(folder: string, name: string): string | null {
	const args = ['rev-parse', '--verify', '--quiet', `${name}^{commit}`];
	const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
	return status === 0 ? stdout.trim() : null;
}

function succeeds(folder: string, ...args: string[]): boolean {
	return spawnSync('git', args, { cwd: folder }).status === 0;
}
