import { expect, it } from 'vitest';

import { prepareRelease, type ReleaseSteps } from '../../../scripts/release/prepare';

/** Runs a release of which `steps` go wrong. Returns what was done, in order, and what was said. */
function release(steps: Partial<ReleaseSteps> = {}) {
	const done: string[] = [];
	const run = () =>
		prepareRelease({
			findNotReady: () => [],
			findPackageProblems: () => {
				done.push('package');
				return [];
			},
			runScript: (name) => {
				done.push(name);
				steps.runScript?.(name);
			},
			makeTag: () => done.push('tag'),
			...(steps.findNotReady && { findNotReady: steps.findNotReady }),
			...(steps.findPackageProblems && { findPackageProblems: steps.findPackageProblems }),
		});
	return { done, run };
}

it('the type check, the linter, the tests and the package come before the tag', () => {
	const { done, run } = release();
	expect(run()).toEqual([]);
	expect(done).toEqual(['typecheck', 'lint', 'test', 'package', 'tag']);
});

it.each(['typecheck', 'lint', 'test'])('when %s fails there is no tag', (failing) => {
	const { done, run } = release({
		runScript: (name) => {
			if (name === failing) throw new Error(name);
		},
	});
	expect(run).toThrow(failing);
	expect(done).not.toContain('tag');
});

it('what is not ready is said before minutes are spent on tests', () => {
	const { done, run } = release({ findNotReady: () => ['Not on main.'] });
	expect(run()).toEqual(['Not on main.']);
	expect(done).toEqual([]);
});

it('a package that is not right gets no tag', () => {
	const { done, run } = release({ findPackageProblems: () => ['.env does not belong.'] });
	expect(run()).toEqual(['.env does not belong.']);
	expect(done).not.toContain('tag');
});

it('a checkout that changes meanwhile gets no tag', () => {
	const answers = [[], ['Not committed.']];
	const { done, run } = release({ findNotReady: () => answers.shift() ?? [] });
	expect(run()).toEqual(['Not committed.']);
	expect(done).not.toContain('tag');
});
