import { expect, it } from 'vitest';

import { isSameInstance } from '../../../domain/integration/instance';
import { type N8nView, sharingProblem } from '../../../domain/integration/sharing';

it.each([
	['https://n8n.acme.test', 'https://N8N.acme.test/', true],
	['https://n8n.acme.test', 'http://n8n.acme.test:80', true],
	['http://localhost:5678', 'http://127.0.0.1:5678/', true],
	['http://localhost:5678', 'http://[::1]:5678', true],
	['http://localhost:5678', 'http://127.1.2.3:5678', true],
	['http://localhost:5678', 'http://[::]:5678', true],
	['http://localhost:5678', 'http://[::ffff:127.0.0.1]:5678', true],
	['http://localhost:5678', 'http://n8n.localhost.:5678', true],
	['http://localhost:5678', 'http://user:pass@localhost:5678', true],
	['http://localhost:5678', 'http://127.0.0.1.acme.test:5678', false],
	['http://localhost:5678', 'http://notlocalhost:5678', false],
	['http://localhost:5678', 'http://localhost:5679', false],
	['https://acme.test/n8n', 'https://acme.test/n8n/', true],
	['https://acme.test/one', 'https://acme.test/two', false],
])('%s and %s are the same n8n: %s', (one, other, isSame) => {
	expect(isSameInstance(one, other)).toBe(isSame);
});

const baseUrl = 'https://n8n.test';

it.each<[string, Partial<N8nView>, Partial<N8nView>, boolean]>([
	['nothing to tell them apart', {}, {}, false],
	['a tag on one side', { tag: 'a' }, {}, false],
	['a project on one side', {}, { projectId: 'p' }, false],
	['the same tag', { tag: 'a' }, { tag: 'a' }, false],
	['the same project', { projectId: 'p' }, { projectId: 'p' }, false],
	['the same project, with a tag on one side', { projectId: 'p', tag: 'a' }, { projectId: 'p' }, false],
	['two tags', { tag: 'a' }, { tag: 'b' }, true],
	['two projects', { projectId: 'p' }, { projectId: 'q' }, true],
	['two projects with one tag', { projectId: 'p', tag: 'a' }, { projectId: 'q', tag: 'a' }, true],
	['two tags in one project', { projectId: 'p', tag: 'a' }, { projectId: 'p', tag: 'b' }, true],
	['a tag here and a project there', { tag: 'a' }, { projectId: 'q' }, true],
	['another n8n', {}, { baseUrl: 'https://other.test' }, true],
])('two organizations with %s: apart is %j', (_title, own, other, isApart) => {
	const problem = sharingProblem({ baseUrl, ...own }, [{ organization: 'acme', baseUrl, ...other }]);
	expect(problem === null).toBe(isApart);
	if (problem) expect(problem.sentences).toMatch(/Organization acme connects the same n8n.*--tag/);
});

it('a credential of an n8n belongs to one organization, whatever it is called', () => {
	const own = { baseUrl, tag: 'a', credentials: { LMA: 'x1' } };
	const theirs = {
		organization: 'beta',
		baseUrl: `${baseUrl}/`,
		tag: 'b',
		credentials: { 'LMA beta': 'x1' },
	};
	expect(sharingProblem(own, [theirs])?.message).toContain('x1 of this n8n is mapped to organization beta');
	expect(sharingProblem({ ...own, credentials: { LMA: 'x2' } }, [theirs])).toBeNull();
});
