import type { INodeProperties } from 'n8n-workflow';

import { previewAudiences } from '../../../../db/campaign/previewAudience';
import type { Sql } from '../../../../db/connection/client';
import { type AudienceRequest, audienceRequestSchema } from '../../../../domain/campaign/audience';
import { ValidationError } from '../../../../domain/error/errors';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { targetCriteria } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'previewAudience', [
	{
		displayName: 'Audience',
		name: 'audience',
		type: 'options',
		options: [
			{ name: 'Of a Campaign', value: 'campaign', description: 'Whom Enrol Leads would take now' },
			{ name: 'Of Target Criteria', value: 'criteria', description: 'Criteria that no campaign has yet' },
		],
		default: 'campaign',
		description: 'Whose audience to look at',
	},
	{ ...campaignLocator, displayOptions: { show: { audience: ['campaign'] } } },
	{ ...targetCriteria, displayOptions: { show: { audience: ['criteria'] } } },
	optionsCollection([
		ifNotFound,
		{
			displayName: 'Sample Size',
			name: 'sampleSize',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 1000 },
			default: 50,
			description: 'Most leads to show; all of them are counted, up to 100,000',
		},
	]),
]);

export const access = 'read';
export const absence = 'notFound';
export const schema = audienceRequestSchema;

export function read(parameters: ItemParameters): AudienceRequest {
	const { sampleSize } = parameters.fields('options');
	const audience = parameters.field('audience') ?? 'campaign';
	if (audience === 'campaign')
		return parseInput(schema, { campaignId: parameters.id('campaignId'), sampleSize });
	if (audience === 'criteria')
		return parseInput(schema, { targetCriteria: parameters.field('targetCriteria') ?? {}, sampleSize });
	throw new ValidationError('audience', 'audience must be campaign or criteria', 'Choose it from the list.');
}

/** Says how many leads criteria mean and who would be enrolled now: one output item per campaign. Changes nothing. */
export function execute(sql: Sql, requests: AudienceRequest[]) {
	return previewAudiences(sql, requests);
}
