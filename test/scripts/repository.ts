import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { inject } from 'vitest';

/** Nobody's settings, and nothing of a hook that runs the tests. */
export const gitEnvironment = {
	PATH: process.env['PATH'],
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_AUTHOR_NAME: 'A',
	GIT_AUTHOR_EMAIL: 'a@example.com',
	GIT_COMMITTER_NAME: 'A',
	GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** Runs git in `folder`, with `date` for both dates of a commit. Returns what it printed. */
export function git(folder: string, args: string[], date = '2026-11-25T12:00:00Z'): string {
	const env = { ...gitEnvironment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
	return execFileSync('git', args, { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' }).trim();
}

/** An empty folder that goes with the run. */
export function newFolder(): string {
	return mkdtempSync(join(inject('scratch'), 'scripts-'));
}

/** A repository with a commit for each subject on the branch main, the oldest first. */
export function repositoryOf(...subjects: string[]): string {
	const folder = newFolder();
	git(folder, ['init', '--quiet', '--initial-branch=main']);
	for (const subject of subjects) commit(folder, subject);
	return folder;
}

export function commit(folder: string, subject: string, date?: string): void {
	git(folder, ['commit', '--quiet', '--allow-empty', '--message', subject], date);
}
