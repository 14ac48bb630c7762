import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { commit, git, gitEnvironment, newFolder, repositoryOf } from './repository';

const script = resolve(__dirname, '../../scripts/checkCommits.mjs');
const LONG = 'A subject that goes on and on until no tool shows it whole any more, by one';
const BEFORE_THE_RULE = '2026-11-20T12:00:00Z';

function cloneOf(repository: string, depth: number): string {
	const folder = newFolder();
	git(folder, ['clone', '--quiet', `--depth=${String(depth)}`, `file://${repository}`, 'clone']);
	return join(folder, 'clone');
}

function check(cwd: string) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
		cwd,
		encoding: 'utf8',
		env: gitEnvironment,
	});
	return { status, output: stdout + stderr };
}

describe('the check of commit subjects', () => {
	it('takes 72 characters, and refuses 73 with the commit that has them', () => {
		const repository = repositoryOf('x'.repeat(72), '→'.repeat(72));
		expect(check(repository)).toEqual({
			status: 0,
			output: '2 commit subjects are at most 72 characters long.\n',
		});
		commit(repository, 'y'.repeat(73));
		const id = git(repository, ['rev-parse', '--short=7', 'HEAD']);
		expect(check(repository)).toEqual({
			status: 1,
			output: expect.stringContaining(`${id} yyy`) as string,
		});
	});

	it('leaves out what follows the subject', () => {
		expect(check(repositoryOf(`Short\n\n${LONG}\n\n${LONG}`))).toMatchObject({ status: 0 });
		expect(check(repositoryOf(`In two lines,\n${'x'.repeat(70)}`))).toMatchObject({ status: 1 });
	});

	it('sees every commit of a shallow clone, the oldest too', () => {
		const repository = repositoryOf('Hidden', LONG, 'Newer', 'Newest');
		expect(check(cloneOf(repository, 3))).toMatchObject({ status: 1 });
		expect(check(cloneOf(repository, 2))).toEqual({
			status: 0,
			output: '2 commit subjects are at most 72 characters long.\n',
		});
	});

	it('leaves commits of before the rule alone', () => {
		const repository = repositoryOf();
		commit(repository, LONG, BEFORE_THE_RULE);
		commit(repository, 'Newer');
		expect(check(cloneOf(repository, 2))).toMatchObject({ status: 0 });
	});

	it('knows the merge of a pull request by its parents, though a shallow clone has none of them', () => {
		const repository = repositoryOf('Base');
		git(repository, ['checkout', '--quiet', '-b', 'topic']);
		commit(repository, 'Topic');
		git(repository, ['checkout', '--quiet', 'main']);
		const [topic, main] = ['topic', 'main'].map((name) => git(repository, ['rev-parse', name]));
		const message = `Merge ${String(topic)} into ${String(main)}`;
		git(repository, ['merge', '--quiet', '--no-ff', '--message', message, 'topic']);
		expect(check(cloneOf(repository, 1))).toMatchObject({ status: 0 });
	});

	it('does not judge the repository that an archive was unpacked in', () => {
		const archive = join(repositoryOf(LONG), 'unpacked');
		mkdirSync(archive);
		expect(check(archive)).toEqual({
			status: 0,
			output: 'No checkout of git: no commits to look at.\n',
		});
		expect(check(newFolder())).toMatchObject({ status: 0 });
	});
});
