import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';

import { lmaApiTest } from '../credential/credentialTest';
import { CREATOR_TEXT } from '../Lma/creatorText';
import { getUsers } from '../Lma/methods/loadOptions';
import { getStatuses, getTemperatures } from '../Lma/methods/pipelineOptions';
import { activate } from './activation';
import { description } from './description';
import { getCampaigns } from './loadOptions';
import { manualRun } from './manual';
import { toNodeError } from './nodeError';
import { readParameters, type TriggerParameters } from './parameters';

/** Starts a workflow for what happens to leads, communications and campaigns, and misses nothing. */
export class LmaTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LMA Trigger',
		name: 'lmaTrigger',
		icon: { light: 'file:../Lma/lma.svg', dark: 'file:../Lma/lma.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: CREATOR_TEXT,
		defaults: { name: 'LMA Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'lmaApi', required: true, testedBy: 'lmaApiTest' }],
		properties: description,
	};

	methods = {
		credentialTest: { lmaApiTest },
		loadOptions: { getCampaigns, getStatuses, getTemperatures, getUsers },
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const parameters = readOrThrow(this);
		if (this.getMode() === 'manual') return manualRun(this, parameters);
		return await activate(this, parameters);
	}
}

function readOrThrow(context: ITriggerFunctions): TriggerParameters {
	try {
		return readParameters(context);
	} catch (error) {
		throw toNodeError(context, error);
	}
}
