import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { makeLeads } from '../leads';
import { startMeter } from './meter';

/** Gives the leads of a benchmark, made within n8n's process, and starts to measure its memory for the next node. */
export class BenchLeads implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Leads',
		name: 'benchLeads',
		group: ['transform'],
		version: 1,
		description: 'Gives leads and starts to measure',
		defaults: { name: 'Leads' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'Count', name: 'count', type: 'number', default: 1 },
			{ displayName: 'Series', name: 'series', type: 'string', default: '' },
			{ displayName: 'Organization ID', name: 'organizationId', type: 'number', default: 0 },
		],
	};

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const leads = makeLeads(
			Number(this.getNodeParameter('count', 0)),
			this.getNodeParameter('series', 0) as string,
			Number(this.getNodeParameter('organizationId', 0)),
		);
		const items = leads.map((lead): INodeExecutionData => ({ json: { ...lead }, pairedItem: { item: 0 } }));
		startMeter();
		return Promise.resolve([items]);
	}
}
