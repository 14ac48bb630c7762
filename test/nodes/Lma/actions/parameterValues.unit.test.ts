import fc from 'fast-check';
import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type NodeParameterValueType,
} from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { ParameterValues } from '../../../../nodes/Lma/actions/parameterValues';
import { runNode } from '../../../engine/engine';

/** Gives what `ParameterValues` and what n8n say of the same parameters, and how often n8n was asked by the former. */
class Probe implements INodeType {
	readonly description: INodeTypeDescription = {
		displayName: 'Probe',
		name: 'probe',
		group: ['transform'],
		version: 1,
		description: 'Compares',
		defaults: { name: 'Probe' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			{ displayName: 'Text', name: 'text', type: 'string', default: '' },
			{
				displayName: 'Lead',
				name: 'leadId',
				type: 'resourceLocator',
				default: { mode: 'id', value: '' },
				modes: [{ displayName: 'By ID', name: 'id', type: 'string' }],
			},
			{
				displayName: 'Fields',
				name: 'fields',
				type: 'collection',
				default: {},
				options: ['a', 'b', 'c'].map((name) => ({ displayName: name, name, type: 'string', default: '' })),
			},
		],
	};

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let asked = 0;
		const counting = new Proxy(this, {
			get: (target, name) => {
				if (name === 'getNodeParameter') asked += 1;
				const value: unknown = Reflect.get(target, name);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
		const values = new ParameterValues(counting);
		const rows = this.getInputData().map((_item, index) => ({
			ours: outcomeOf(() => [
				values.value('text', index),
				values.value('leadId', index),
				values.collection('fields', index),
			]),
			theirs: outcomeOf(() => [
				this.getNodeParameter('text', index),
				this.getNodeParameter('leadId', index, undefined, { extractValue: true }),
				this.getNodeParameter('fields', index),
			]),
		}));
		return Promise.resolve([[{ json: { rows: rows as unknown as IDataObject[], asked } }]]);
	}
}

function outcomeOf(read: () => unknown): unknown {
	try {
		return read();
	} catch (error) {
		return `thrown: ${(error as Error).message}`;
	}
}

type Parameters = Record<string, NodeParameterValueType>;
interface Comparison {
	rows: { ours: unknown; theirs: unknown }[];
	asked: number;
}

async function compare(parameters: Parameters, items: IDataObject[]): Promise<Comparison> {
	const { outputs, error } = await runNode({
		nodes: { 'test.probe': new Probe() },
		type: 'test.probe',
		parameters,
		items,
	});
	if (error) throw new Error(error.message);
	return outputs[0]?.[0]?.json as unknown as Comparison;
}

const locator = (value: string) => ({ __rl: true, mode: 'id', value }) as NodeParameterValueType;

describe('what n8n is asked', () => {
	const items = Array.from({ length: 200 }, (_, n) => ({
		n,
		name: `Name ${n}`,
		body: { 'first name': `F${n}` },
	}));

	test('fields of the item are read from it, and n8n is asked once', async () => {
		const { rows, asked } = await compare(
			{
				text: '={{ $json.name }}',
				leadId: locator('={{$json.n}}'),
				fields: { a: '={{ $json.body["first name"] }}', b: 'fixed', c: '={{ $json["n"] }}' },
			},
			items,
		);
		for (const { ours, theirs } of rows) expect(ours).toEqual(theirs);
		expect(rows[7]?.ours).toEqual(['Name 7', 7, { a: 'F7', b: 'fixed', c: 7 }]);
		expect(asked).toBe(3);
	});

	test('an expression that works something out is n8n’s for every item, and it alone', async () => {
		const fields = { a: '={{ $json.name.toUpperCase() }}', b: '={{ $json.name }}' };
		const { rows, asked } = await compare({ fields }, items);
		for (const { ours, theirs } of rows) expect(ours).toEqual(theirs);
		expect(rows[7]?.ours).toEqual(['', '', { a: 'NAME 7', b: 'Name 7' }]);
		expect(asked).toBe(items.length + 3);
	});
});

test(
	'whatever the item holds and however it is named, the value is n8n’s',
	{ timeout: 120_000 },
	async () => {
		const names = ['a', 'b c', 'constructor', '__proto__', 'length', 'Name', 'x1', '', '{{', "'"];
		const leaf = fc.oneof(
			fc.string(),
			fc.integer(),
			fc.boolean(),
			fc.constantFrom(null, undefined, '', '=1', '={{ 1 }}', new Date(0), Number.NaN, []),
		);
		const value = fc.oneof(
			leaf,
			fc.dictionary(fc.constantFrom(...names), leaf),
			fc.array(leaf, { maxLength: 2 }),
		);
		const item = fc.dictionary(fc.constantFrom(...names), value) as fc.Arbitrary<IDataObject>;
		const step = fc.oneof(
			fc.constantFrom('.a', '.Name', '.length', '.x1', '.constructor', '.__proto__', '?.a', '[0]'),
			fc.constantFrom(...names).map((name) => `[${JSON.stringify(name)}]`),
			fc.constantFrom("['a']", "['b c']"),
		);
		const expression = fc
			.tuple(
				fc.constantFrom('={{', '={{ ', '= {{', '=x{{ '),
				fc.array(step, { maxLength: 3 }),
				fc.constantFrom('}}', ' }}', '}} ', '.x }}'),
			)
			.map(([begin, steps, end]) => `${begin}$json${steps.join('')}${end}`);
		const text = fc.oneof(expression, expression, fc.string(), fc.constantFrom('={{ 1 + 1 }}', '=', ''));
		await fc.assert(
			fc.asyncProperty(
				fc.array(item, { minLength: 1, maxLength: 4 }),
				text,
				text,
				fc.dictionary(fc.constantFrom('a', 'b', 'c'), text),
				async (items, plain, located, fields) => {
					const { rows } = await compare({ text: plain, leadId: locator(located), fields }, items);
					for (const { ours, theirs } of rows) expect(ours).toEqual(theirs);
				},
			),
			{ numRuns: 400, seed: 42 },
		);
	},
);
