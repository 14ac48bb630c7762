import { readFileSync } from 'node:fs';
import { Workflow, type INode, type INodeParameters } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { Lma } from '../../../nodes/Lma/Lma.node';
import { NodeTypes } from '../../engine/nodeTypes';

const type = 'n8n-nodes-lma.lma';
const { hints = [], icon, subtitle } = new Lma().description;

/** The hints that n8n shows for a node with these parameters. */
function shown(parameters: INodeParameters, items = 1): string[] {
	const node: INode = { id: '1', name: 'LMA', type, typeVersion: 1, position: [0, 0], parameters };
	const nodeTypes = new NodeTypes({ [type]: new Lma() });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const input = Array.from({ length: items }, () => ({ json: {} }));
	const evaluate = (expression: string) =>
		workflow.expression.getParameterValue(expression, null, 0, 0, 'LMA', input, 'manual', {});
	return hints
		.filter(({ displayCondition = '' }) => evaluate(displayCondition) === true)
		.map(({ message }) => message);
}

test.each([
	[{ operation: 'update', updateFields: {} }, /^Nothing is changed yet/],
	[{ operation: 'getMany', returnAll: true, filters: {} }, /^Return All may return/],
	[
		{ operation: 'upsert', dataMode: 'columns', columns: { mappingMode: 'autoMapInputData', value: null } },
		/^Fields of the input whose names/,
	],
])('%j is hinted at', (parameters, message) => {
	expect(shown({ resource: 'lead', ...parameters } as unknown as INodeParameters)).toEqual([
		expect.stringMatching(message),
	]);
});

test('creating many leads is hinted at, creating one is not', () => {
	expect(shown({ resource: 'lead', operation: 'create' }, 2)).toHaveLength(1);
	expect(shown({ resource: 'lead', operation: 'create' }, 1)).toEqual([]);
});

test.each([
	{ operation: 'update', updateFields: { score: 1 } },
	{ operation: 'update', dataMode: 'columns', columns: { mappingMode: 'defineBelow', value: {} } },
	{ operation: 'getMany', returnAll: true, filters: { search: 'a' } },
	{ operation: 'getMany', returnAll: false },
])('%j needs no hint', (parameters) => {
	expect(shown({ resource: 'lead', ...parameters } as unknown as INodeParameters)).toEqual([]);
	expect(shown({ ...parameters, resource: 'note' } as unknown as INodeParameters)).toEqual([]);
});

test('the node has an icon for either theme, a subtitle, and is found by what people search for', () => {
	expect(icon).toEqual({ light: 'file:lma.svg', dark: 'file:lma.dark.svg' });
	expect(subtitle).toContain('$parameter["operation"]');
	const codex = JSON.parse(readFileSync('nodes/Lma/Lma.node.json', 'utf8')) as {
		alias: string[];
		categories: string[];
	};
	expect(codex.categories).toContain('Sales');
	const aliases = codex.alias.map((alias) => alias.toLowerCase());
	expect(aliases).toEqual(expect.arrayContaining(['crm', 'lead', 'score', 'campaign', 'workflow']));
});
