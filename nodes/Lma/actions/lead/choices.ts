import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { standardNameOf } from '../../../../domain/lead/labels';
import { kindOf, PIPELINE_VALUES, type PipelineKind } from '../../../../domain/pipeline/pipeline';

/** The method of `methods/loadOptions.ts` that gives the values of a kind as the organization has them. */
const METHODS: Record<PipelineKind, string> = {
	status: 'getStatuses',
	source: 'getSources',
	leadTemperature: 'getTemperatures',
};

type Choice = Pick<INodeProperties, 'options' | 'typeOptions'> & { options: INodePropertyOptions[] };

/** The pipeline statuses of a lead. */
export const statusChoice = choiceOf(PIPELINE_VALUES.status);

/** Where a lead came from. */
export const sourceChoice = choiceOf(PIPELINE_VALUES.source);

/** How likely a lead is to buy. */
export const temperatureChoice = choiceOf(PIPELINE_VALUES.leadTemperature);

/**
 * Labels to choose from, for a parameter of the type `options` or `multiOptions`. Those that an organization names its own way
 * n8n's editor loads; the standard names are there for whoever knows no organization.
 */
export function choiceOf(labels: readonly string[]): Choice {
	const kind = kindOf(labels);
	return {
		options: choicesOf(labels),
		...(kind && { typeOptions: { loadOptionsMethod: METHODS[kind] } }),
	};
}

/** Labels by name: `Closed Won` for `CLOSED_WON`. */
function choicesOf(labels: readonly string[]): INodePropertyOptions[] {
	return labels
		.map((value) => ({ name: standardNameOf(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
