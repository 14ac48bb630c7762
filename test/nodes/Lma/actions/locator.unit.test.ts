import { type INode, type INodeParameters, type INodeProperties, NodeHelpers } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';

import { Lma } from '../../../../nodes/Lma/Lma.node';

const { description } = new Lma();
const inCollections = description.properties
	.filter(({ type }) => type === 'collection')
	.flatMap(({ options, displayOptions }) =>
		((options ?? []) as INodeProperties[])
			.filter(({ type }) => type === 'resourceLocator')
			.map((locator) => ({
				title: JSON.stringify([displayOptions?.show, locator.name]),
				locator,
			})),
	);

/** What the editor complains about beside a field with this value. */
function complaints(locator: INodeProperties, mode: string, value: string) {
	const values: INodeParameters = { [locator.name]: { __rl: true, mode, value } };
	const node = { type: 'n8n-nodes-lma.lma', typeVersion: 1, parameters: values } as INode;
	return (
		NodeHelpers.getParameterIssues(locator, values, '', node, description).parameters?.[locator.name] ?? []
	);
}

describe('a field that may be empty', () => {
	test.each(inCollections)('may be so in the editor, in whatever mode: $title', ({ locator }) => {
		for (const { name } of locator.modes ?? []) expect(complaints(locator, name, '')).toEqual([]);
		expect(complaints(locator, 'id', '42')).toEqual([]);
		expect(complaints(locator, 'id', 'forty-two')).toHaveLength(1);
		if (locator.modes?.some(({ name }) => name === 'email')) {
			expect(complaints(locator, 'email', 'ada@example.com')).toEqual([]);
			expect(complaints(locator, 'email', 'ada')).toHaveLength(1);
		}
	});

	test('is there in more than one place', () => {
		expect(inCollections.length).toBeGreaterThan(5);
	});
});
