import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { runNode, type NodeRunOptions } from './engine';

/** Doubles numbers; a negative one is an error. */
class Doubler implements INodeType {
	readonly description: INodeTypeDescription = {
		displayName: 'Doubler',
		name: 'doubler',
		group: ['transform'],
		version: 1,
		description: 'Doubles',
		defaults: { name: 'Doubler' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'testApi', required: true }],
		properties: [{ displayName: 'Number', name: 'number', type: 'number', default: 0 }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { factor } = await this.getCredentials('testApi');
		const doubled = this.getInputData().map((_, item): INodeExecutionData => {
			const number = this.getNodeParameter('number', item) as number;
			if (number >= 0) return { json: { number: number * Number(factor) }, pairedItem: { item } };
			const error = `Item ${String(item)} is negative`;
			if (this.continueOnFail()) return { json: { error, details: { number } }, pairedItem: { item } };
			throw new NodeOperationError(this.getNode(), error, { itemIndex: item, description: 'Use 0 or more' });
		});
		return [doubled];
	}
}

function double(options: Partial<NodeRunOptions> = {}) {
	return runNode({
		nodes: { 'test.doubler': new Doubler() },
		credentials: { testApi: { factor: 2 } },
		type: 'test.doubler',
		parameters: { number: '={{ $json.n }}' },
		items: [{ n: 1 }, { n: -2 }, { n: 3 }],
		...options,
	});
}

describe('the engine under test', () => {
	test('evaluates expressions per item and resolves the credential', async () => {
		const { outputs, error } = await double({ items: [{ n: 1 }, { n: 2 }] });
		expect(error).toBeUndefined();
		expect(outputs).toEqual([
			[
				{ json: { number: 2 }, pairedItem: { item: 0 } },
				{ json: { number: 4 }, pairedItem: { item: 1 } },
			],
		]);
	});

	test('stops at an error and keeps its description and item', async () => {
		const { outputs, error } = await double();
		expect(outputs).toEqual([]);
		expect(error).toMatchObject({
			message: 'Item 1 is negative',
			description: 'Use 0 or more',
			context: { itemIndex: 1 },
		});
	});

	test('moves error items to the error output, with the fields of the item they came from', async () => {
		const { outputs, error } = await double({ onError: 'continueErrorOutput' });
		expect(error).toBeUndefined();
		expect(outputs).toEqual([
			[
				{ json: { number: 2 }, pairedItem: { item: 0 } },
				{ json: { number: 6 }, pairedItem: { item: 2 } },
			],
			[{ json: { n: -2, error: 'Item 1 is negative', details: { number: -2 } }, pairedItem: { item: 1 } }],
		]);
	});

	test('keeps error items in line when the workflow continues on the regular output', async () => {
		const { outputs } = await double({ onError: 'continueRegularOutput' });
		expect(outputs[0]?.[1]).toEqual({
			json: { error: 'Item 1 is negative', details: { number: -2 } },
			pairedItem: { item: 1 },
		});
	});

	test('names a credential that was not given', async () => {
		const { error } = await double({ credentials: {} });
		expect(error?.message).toContain('testApi');
	});
});
