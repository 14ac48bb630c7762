import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { getPipeline } from '../../../db/pipeline/pipeline';
import { type Pipeline, type PipelineKind, standardPipeline } from '../../../domain/pipeline/pipeline';
import { inCredentialsOrganization } from './listSearch';

/** The statuses of leads as the organization names and orders them. */
export async function getStatuses(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await optionsOf(this, 'status');
}

/** The sources of leads as the organization names and orders them. */
export async function getSources(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await optionsOf(this, 'source');
}

/** The temperatures of leads as the organization names and orders them. */
export async function getTemperatures(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await optionsOf(this, 'leadTemperature');
}

/** The values of a kind to choose from: without those that the organization hides, but for what is named in `used`. */
export function toOptions(pipeline: Pipeline, kind: PipelineKind, used = ''): INodePropertyOptions[] {
	return pipeline[kind]
		.filter(({ value, isHidden }) => !isHidden || used.includes(JSON.stringify(value)))
		.map(({ value, label }) => ({ name: label, value, description: value }));
}

/** What the node has chosen stays in the list: n8n would call it unsupported. */
async function optionsOf(
	context: ILoadOptionsFunctions,
	kind: PipelineKind,
): Promise<INodePropertyOptions[]> {
	const pipeline = await pipelineOf(context);
	return toOptions(pipeline, kind, JSON.stringify(context.getCurrentNodeParameters() ?? {}));
}

/** Without a credential, or while the database is away, the standard names do: a value can be chosen all the same. */
async function pipelineOf(context: ILoadOptionsFunctions): Promise<Pipeline> {
	try {
		return await inCredentialsOrganization(context, getPipeline);
	} catch {
		return standardPipeline();
	}
}
