import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { readMeter } from './meter';

/** Says how much memory the node before it took at most, and how many items and errors it gave. */
export class BenchMeter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Meter',
		name: 'benchMeter',
		group: ['transform'],
		version: 1,
		description: 'Ends a measurement',
		defaults: { name: 'Meter' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const memory = readMeter();
		const items = this.getInputData();
		const failed = items.filter(({ json }) => json.error !== undefined).length;
		return Promise.resolve([[{ json: { ...memory, items: items.length, failed } }]]);
	}
}
