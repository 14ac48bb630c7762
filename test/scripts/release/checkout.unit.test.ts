import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { findCheckoutProblems, findTagProblems } from '../../../scripts/release/checkout';
import { commit, git, newFolder, repositoryOf } from '../repository';

const tag = (folder: string, name: string) => git(folder, ['tag', '--annotate', name, '--message', name]);

describe('a checkout', () => {
	it('that is clean, on main and without the tag gets it', () => {
		expect(findCheckoutProblems(repositoryOf('One'), 'v0.2.0')).toEqual([]);
	});

	it('says everything that is in the way', () => {
		const folder = repositoryOf('One');
		tag(folder, 'v0.2.0');
		git(folder, ['checkout', '--quiet', '-b', 'topic']);
		writeFileSync(join(folder, 'left.txt'), '');
		expect(findCheckoutProblems(folder, 'v0.2.0')).toEqual([
			expect.stringContaining('not committed'),
			expect.stringContaining('from the branch main'),
			expect.stringContaining('The tag v0.2.0 exists'),
		]);
	});
});

describe('a tag', () => {
	/** As the workflow has it: the tag is checked out, main is a branch of the remote alone. */
	const checkedOut = (repository: string, name: string) => {
		const folder = newFolder();
		git(folder, ['clone', '--quiet', `file://${repository}`, '.']);
		git(folder, ['checkout', '--quiet', '--detach', name]);
		git(folder, ['branch', '--quiet', '-D', 'main']);
		return folder;
	};

	it('of the version, on main, is right, though main went on', () => {
		const repository = repositoryOf('One');
		tag(repository, 'v0.2.0');
		commit(repository, 'Two');
		expect(findTagProblems(checkedOut(repository, 'v0.2.0'), 'v0.2.0', '0.2.0')).toEqual([]);
	});

	it('of another version is refused', () => {
		expect(findTagProblems(repositoryOf('One'), 'v0.3.0', '0.2.0')).toEqual([
			'The tag v0.3.0 is not that of version 0.2.0 in package.json: tag v0.2.0.',
		]);
	});

	it('of a commit that main does not have is refused', () => {
		const repository = repositoryOf('One');
		git(repository, ['checkout', '--quiet', '-b', 'topic']);
		commit(repository, 'Not reviewed');
		tag(repository, 'v0.2.0');
		git(repository, ['checkout', '--quiet', 'main']);
		expect(findTagProblems(checkedOut(repository, 'v0.2.0'), 'v0.2.0', '0.2.0')).toEqual([
			expect.stringContaining('that main does not have'),
		]);
	});

	it('that is not there, or not what is checked out, is refused', () => {
		const folder = repositoryOf('One');
		expect(findTagProblems(folder, 'v0.2.0', '0.2.0')).toEqual([
			expect.stringContaining('not in this checkout'),
		]);
		tag(folder, 'v0.2.0');
		commit(folder, 'Two');
		expect(findTagProblems(folder, 'v0.2.0', '0.2.0')).toEqual([
			expect.stringContaining('another commit than the one checked out'),
		]);
	});
});
