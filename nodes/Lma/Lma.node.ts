import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { description } from './actions/operationRegister';
import { router } from './actions/router';
import { CREATOR_TEXT } from './creatorText';
import { hints } from './hints';
import { lmaApiTest } from '../credential/credentialTest';
import { searchCampaigns, searchLeads, searchUsers, searchWorkflows } from './methods/listSearch';
import { getUsers } from './methods/loadOptions';
import { getSources, getStatuses, getTemperatures } from './methods/pipelineOptions';
import { getLeadColumns } from './methods/resourceMapping';

/** Creates, scores and assigns leads, and logs and schedules communications with them, in PostgreSQL. */
export class Lma implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LMA',
		name: 'lma',
		icon: { light: 'file:lma.svg', dark: 'file:lma.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: CREATOR_TEXT,
		defaults: { name: 'LMA' },
		usableAsTool: true,
		hints,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'lmaApi', required: true, testedBy: 'lmaApiTest' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Campaign', value: 'campaign' },
					{ name: 'Communication', value: 'communication' },
					{ name: 'Lead', value: 'lead' },
					{ name: 'Note', value: 'note' },
					{ name: 'Report', value: 'report' },
					{ name: 'User', value: 'user' },
					{ name: 'Workflow', value: 'workflow' },
				],
				default: 'lead',
				description: 'What to work on',
			},
			...description,
		],
	};

	methods = {
		credentialTest: { lmaApiTest },
		listSearch: { searchCampaigns, searchLeads, searchUsers, searchWorkflows },
		loadOptions: { getUsers, getStatuses, getTemperatures, getSources },
		resourceMapping: { getLeadColumns },
	};

	async execute(this: IExecuteFunctions) {
		return await router.call(this);
	}
}
