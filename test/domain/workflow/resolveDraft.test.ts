import { describe, expect, it } from 'vitest';

import { reachOf } from '../../../domain/workflow/reach';
import { resolveDraft } from '../../../domain/workflow/resolveDraft';
import { crossingOf, type Surroundings, surroundingsKey } from '../../../domain/workflow/surroundings';

const alone: Surroundings = {
	credentials: { LMA: 'own', 'smtp:Mail': 'mail' },
	foreignCredentials: [],
	isShared: false,
	hasProject: false,
};
const shared: Surroundings = { ...alone, isShared: true, foreignCredentials: ['theirs'] };

const resolved = (credentials: object, surroundings = alone) => {
	const node = { id: '1', name: 'Node', type: 't', credentials };
	const { draft, problem } = resolveDraft(
		{ name: 'W', nodes: [node], connections: {}, settings: {} },
		surroundings,
	);
	return { credentials: draft.nodes[0]?.['credentials'], problem };
};

describe('a credential of a template', () => {
	it.each([
		['LMA by name', { lmaApi: { name: 'LMA' } }, 'own'],
		['LMA by a foreign id and the name', { lmaApi: { id: 'elsewhere', name: 'LMA' } }, 'own'],
		['LMA by a mapped id', { lmaApi: { id: 'own', name: 'Whatever' } }, 'own'],
		['LMA in the oldest form', { lmaApi: 'LMA' }, 'own'],
		['LMA by another name', { lmaApi: { id: 'x', name: 'LMA two' } }, undefined],
		['LMA by a name of Object', { lmaApi: { name: 'constructor' } }, undefined],
		['LMA by a name mapped for another type', { lmaApi: { name: 'Mail' } }, undefined],
		['mail by a mapped name', { smtp: { name: 'Mail' } }, 'mail'],
		['mail by an id', { smtp: { id: 'm2', name: 'Other' } }, 'm2'],
		['mail by a name that is mapped for LMA', { smtp: { name: 'LMA' } }, undefined],
	])('%s', (_title, credentials, id) => {
		const { credentials: sent, problem } = resolved(credentials);
		const [type = ''] = Object.keys(credentials);
		expect((sent as Record<string, { id: string }> | undefined)?.[type]?.id).toBe(id);
		expect(problem === null).toBe(id !== undefined);
	});

	it('of any type has to be mapped in an n8n that is shared', () => {
		expect(resolved({ smtp: { id: 'm2', name: 'Other' } }, shared)).toMatchObject({
			credentials: undefined,
			problem: expect.stringContaining('"smtp:Other" (node "Node")') as string,
		});
	});

	it('that is mapped goes without its name, for which n8n might look', () => {
		expect(resolved({ lmaApi: { name: 'LMA' } }).credentials).toEqual({
			lmaApi: { id: 'own', name: 'id own' },
		});
	});
});

describe('what a workflow in n8n reaches', () => {
	const nobody = { ownWorkflows: new Set<string>(), foreignWorkflows: new Set(['theirs']) };
	const crossing = (node: object, surroundings = shared, settings = {}) =>
		crossingOf(reachOf({ nodes: [{ name: 'Node', ...node }], settings }), surroundings, nobody);

	it.each([
		['its own credential', { credentials: { lmaApi: { id: 'own', name: 'x' } } }, alone, null],
		[
			'an LMA credential that is not its own',
			{ credentials: { lmaApi: { id: 'x', name: 'LMA' } } },
			alone,
			'id x',
		],
		[
			'an LMA credential without an id',
			{ credentials: { lmaApi: { id: null, name: 'LMA' } } },
			alone,
			'without an id',
		],
		[
			'one of a disabled node',
			{ disabled: true, credentials: { lmaApi: { id: 'x', name: '' } } },
			alone,
			'id x',
		],
		['mail by an id, alone', { credentials: { smtp: { id: 'x', name: 'M' } } }, alone, null],
		[
			'mail by an id, shared',
			{ credentials: { smtp: { id: 'x', name: 'M' } } },
			shared,
			'--credential "smtp:M=x"',
		],
		[
			'a workflow, alone',
			{ type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId: 'x' } },
			alone,
			null,
		],
		[
			'a foreign workflow, alone',
			{ type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId: 'theirs' } },
			alone,
			'theirs',
		],
		[
			'a workflow, shared',
			{ type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId: { value: 'x' } } },
			shared,
			'names the workflow x',
		],
		[
			'a workflow written out',
			{ type: 'n8n-nodes-base.executeWorkflow', parameters: { source: 'parameter', workflowJson: '{}' } },
			shared,
			null,
		],
		['a data table, shared', { type: 'n8n-nodes-base.dataTableTool' }, shared, 'data tables'],
		[
			'a data table in a project',
			{ type: 'n8n-nodes-base.dataTable' },
			{ ...shared, hasProject: true },
			null,
		],
	])('%s', (_title, node, surroundings, words) => {
		const found = crossing(node, surroundings);
		if (words === null) expect(found).toBeNull();
		else expect(found).toContain(words);
	});

	it('an error workflow, shared', () => {
		expect(crossing({}, shared, { errorWorkflow: 'theirs' })).toContain('the setting errorWorkflow');
		expect(crossing({}, shared, { errorWorkflow: 'DEFAULT' })).toBeNull();
	});
});

it('the key of surroundings moves with what is mapped and with who else is there', () => {
	const keys = [alone, shared, { ...alone, credentials: {} }, { ...alone, hasProject: true }].map(
		surroundingsKey,
	);
	expect(new Set(keys).size).toBe(4);
	expect(surroundingsKey({ ...alone })).toBe(keys[0]);
});
