import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { tagLeads } from '../../../../db/lead/tag';
import { parseInput } from '../../../../domain/input/parseInput';
import { type LeadTagging, leadTaggingSchema } from '../../../../domain/lead/tagging';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('lead', 'tag', [
	leadLocator,
	{
		displayName: 'Tag Action',
		name: 'tagAction',
		type: 'options',
		options: [
			{ name: 'Add', value: 'add', description: 'Give the lead these tags; it keeps the others' },
			{
				name: 'Remove',
				value: 'remove',
				description: 'Remove these tags from the lead; it keeps the others',
			},
			{
				name: 'Replace',
				value: 'replace',
				description: 'Give the lead exactly these tags; it loses the others',
			},
		],
		default: 'add',
		description: 'What to do with the tags',
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. newsletter, trade fair',
		description:
			'Tags, separated by commas. An expression may return an array, whose entries may contain commas.',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = leadTaggingSchema;

export function read(parameters: ItemParameters): LeadTagging {
	return parseInput(schema, {
		id: parameters.id('leadId'),
		...parameters.fieldsOf('tagAction', 'tags'),
	});
}

/** Adds or removes tags, whoever else does so at the same time. A tag that is there already is no error. */
export function execute(sql: Sql, taggings: LeadTagging[]) {
	return tagLeads(sql, taggings);
}
