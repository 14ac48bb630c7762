import { describe, expect, it } from 'vitest';

import { contentHashOf, contentOf } from '../../../domain/workflow/content';
import { editsBetween, isOfContent } from '../../../domain/workflow/edits';
import { wordsOfEdits } from '../../../domain/workflow/editWords';

const workflow = {
	name: 'Intake',
	nodes: [
		{ id: 'h', name: 'Hook', type: 'n8n-nodes-base.webhook', position: [0, 0], parameters: { path: 'in' } },
		{
			id: 'l',
			name: 'LMA',
			type: 'n8n-nodes-lma.lma',
			position: [1, 0],
			credentials: { lmaApi: { id: '7', name: 'LMA' } },
		},
	] as Record<string, unknown>[],
	connections: { Hook: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } } as Record<string, unknown>,
	settings: { executionOrder: 'v1' } as Record<string, unknown>,
};
type Workflow = typeof workflow;
const node = (position: number, changes: object) => ({
	nodes: workflow.nodes.map((one, at) => (at === position ? { ...one, ...changes } : one)),
});
const editsOf = (changes: Partial<Workflow>) =>
	editsBetween(contentOf(workflow), contentOf({ ...workflow, ...changes }));

describe('what is no edit', () => {
	it.each<[string, Partial<Workflow>]>([
		['nothing', {}],
		['a node at another place', node(0, { position: [900, 12] })],
		['nodes in another order', { nodes: [...workflow.nodes].reverse() }],
		[
			'a sticky note',
			{ nodes: [...workflow.nodes, { id: 's', name: 'Note', type: 'n8n-nodes-base.stickyNote' }] },
		],
		[
			'an empty option, and what the editor shows beside a choice',
			node(0, { parameters: { path: 'in', options: {}, x: '', cachedResultName: 'In' } }),
		],
		['what is off or null by itself', node(0, { disabled: false, onError: null })],
		['the id of a webhook, and whether notes are shown', node(0, { webhookId: 'w', notesInFlow: true })],
		['a new name of the same credential', node(1, { credentials: { lmaApi: { id: '7', name: 'LMA two' } } })],
		[
			'outputs that lead nowhere',
			{
				connections: {
					Hook: {
						main: [...(workflow.connections['Hook'] as { main: unknown[] }).main, null, []],
						error: [],
					},
					LMA: {},
				},
			},
		],
		[
			'settings as n8n has them by itself',
			{
				settings: {
					executionOrder: 'v1',
					callerPolicy: 'workflowsFromSameOwner',
					availableInMCP: false,
					timezone: 'DEFAULT',
					binaryMode: 'separate',
				},
			},
		],
	])('%s', (_title, changes) => {
		expect(editsOf(changes)).toBeNull();
	});
});

describe('what is one', () => {
	it.each<[string, Partial<Workflow>, object]>([
		[
			'a parameter',
			node(0, { parameters: { path: 'out' } }),
			{ changed: [{ node: 'Hook', parts: ['parameters'] }] },
		],
		[
			'an order within a list',
			node(0, { parameters: { path: 'in', list: [1, ''] } }),
			{ changed: [{ node: 'Hook' }] },
		],
		[
			'a credential',
			node(1, { credentials: { lmaApi: { id: '8', name: 'LMA' } } }),
			{ changed: [{ node: 'LMA', parts: ['credentials'] }] },
		],
		[
			'a node that is switched off',
			node(1, { disabled: true }),
			{ changed: [{ node: 'LMA', parts: ['disabled'] }] },
		],
		[
			'a note that somebody wrote',
			node(1, { notes: 'Ask Ada' }),
			{ changed: [{ node: 'LMA', parts: ['notes'] }] },
		],
		['connections', { connections: {} }, { connections: true, changed: [] }],
		['a setting', { settings: { executionOrder: 'v1', timezone: 'Asia/Tokyo' } }, { settings: ['timezone'] }],
		['a setting that goes', { settings: {} }, { settings: ['executionOrder'] }],
		['its name', { name: 'Other' }, { name: { from: 'Intake', to: 'Other' }, connections: false }],
	])('%s', (_title, changes, expected) => {
		expect(editsOf(changes)).toMatchObject(expected);
	});

	it('a node by another name: neither added nor removed, and no other connection', () => {
		const edits = editsOf({
			...node(0, { name: 'Entry' }),
			connections: { Entry: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } },
		});
		expect(edits).toMatchObject({
			renamed: [{ from: 'Hook', to: 'Entry' }],
			added: [],
			removed: [],
			changed: [],
			connections: false,
		});
	});

	it('a node that was copied and pasted in its place is the same node', () => {
		expect(editsOf(node(0, { id: 'new', parameters: { path: 'out' } }))).toMatchObject({
			added: [],
			removed: [],
			changed: [{ node: 'Hook', parts: ['parameters'] }],
		});
	});

	it('a name alone is nothing that a template would undo', () => {
		expect(isOfContent(editsOf({ name: 'Other' })!)).toBe(false);
		expect(isOfContent(editsOf({ connections: {} })!)).toBe(true);
	});
});

it('the hash of a content moves with what it does, and not with where it stands', () => {
	const hash = (changes: Partial<Workflow>) => contentHashOf(contentOf({ ...workflow, ...changes }));
	expect(hash(node(0, { position: [5, 5] }))).toBe(hash({}));
	expect(hash({ connections: {} })).not.toBe(hash({}));
});

describe('in words', () => {
	const draft = editsOf(node(0, { parameters: { path: 'out' } }));

	it.each([
		[
			'a draft',
			{ draft, published: null, isPublished: true },
			'Its draft was edited in n8n: node "Hook" changed (parameters). The published version is unchanged.',
		],
		[
			'an unpublished workflow',
			{ draft, published: null, isPublished: false },
			'It was edited in n8n: node "Hook" changed (parameters).',
		],
		[
			'both',
			{ draft, published: draft, isPublished: true },
			'It was edited in n8n, and the edits are published: node "Hook" changed (parameters).',
		],
		[
			'what is published alone',
			{ draft: null, published: draft, isPublished: true },
			'The version that is published in n8n is another one: node "Hook" changed (parameters). Its draft is unchanged.',
		],
		['nothing', { draft: null, published: null, isPublished: true }, null],
	])('%s', (_title, edits, words) => {
		expect(wordsOfEdits(edits)).toBe(words);
	});

	it('many nodes are a few and a number', () => {
		const added = Array.from({ length: 9 }, (_, n) => ({ id: `n${n}`, name: `N${n}`, type: 't' }));
		const edits = editsOf({ nodes: [...workflow.nodes, ...added] });
		const words = wordsOfEdits({ draft: edits, published: null, isPublished: false });
		expect(words).toContain('node "N4" added; and 4 more of these');
	});
});
