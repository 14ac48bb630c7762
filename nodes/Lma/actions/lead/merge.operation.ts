import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { Sql } from '../../../../db/connection/client';
import { mergeLeads } from '../../../../db/merge/mergeLeads';
import type { MergedLead } from '../../../../db/merge/mergedLead';
import {
	type LeadUnmerge,
	leadUnmergeSchema,
	type UnmergedLead,
	unmergeLeads,
} from '../../../../db/merge/unmergeLeads';
import { ValidationError } from '../../../../domain/error/errors';
import { parseInput } from '../../../../domain/input/parseInput';
import type { ItemResult } from '../../../../domain/itemResult';
import { type LeadMerge, leadMergeSchema } from '../../../../domain/merge/input';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { mergeRuleParameters, readMergeRules } from './mergeRules';

const merging = { show: { mergeAction: ['merge', 'preview'] } };

export const description: INodeProperties[] = shownFor('lead', 'merge', [
	{
		displayName: 'Merge Action',
		name: 'mergeAction',
		type: 'options',
		options: [
			{ name: 'Merge', value: 'merge', description: 'Merge the duplicates into the surviving lead' },
			{
				name: 'Preview',
				value: 'preview',
				description: 'Show what a merge would result in, without changing anything',
			},
			{ name: 'Undo', value: 'undo', description: 'Restore the leads of a merge as they were' },
		],
		default: 'merge',
		description: 'Whether to merge leads, to preview a merge, or to undo one',
	},
	{
		...leadLocator,
		// With an action by expression n8n would ask for it even where it is not needed.
		required: false,
		displayOptions: merging,
		description: 'The lead that the duplicates are merged into',
	},
	{
		displayName: 'Duplicate Lead IDs',
		name: 'duplicateIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. 43, 44',
		displayOptions: merging,
		description:
			'IDs of the leads to merge into it, separated by commas. An expression may return an array. They no longer exist afterwards, and their IDs lead to the surviving lead.',
	},
	{
		displayName: 'Rules',
		name: 'rules',
		type: 'collection',
		placeholder: 'Add Rule',
		default: {},
		displayOptions: merging,
		options: mergeRuleParameters,
		description: 'How to choose the value of a field, where that should differ from the usual rule',
	},
	{
		displayName: 'Merge ID',
		name: 'mergeId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7',
		displayOptions: { show: { mergeAction: ['undo'] } },
		description:
			'The merge to undo: mergeId in the output of the merge, or in a lead.merged event of the timeline',
	},
	optionsCollection([
		{
			displayName: 'If Changed',
			name: 'ifChanged',
			type: 'options',
			options: [
				{ name: 'Error', value: 'error', description: 'Fail, name the fields and undo nothing' },
				{ name: 'Keep', value: 'keep', description: 'Undo the rest and keep the current values' },
				{ name: 'Overwrite', value: 'overwrite', description: 'Restore the values from before the merge' },
			],
			displayOptions: { show: { '/mergeAction': ['undo'] } },
			default: 'error',
			description: 'What to do when fields that the merge set have been changed since',
		},
		ifNotFound,
	]),
]);

export const access = 'write';
export const absence = 'notFound';
/** Undoing takes other fields than merging. */
export const schema = z.union([leadMergeSchema, leadUnmergeSchema]);

type Input = LeadMerge | LeadUnmerge;
type Merged = ItemResult<MergedLead | UnmergedLead>;

export function read(parameters: ItemParameters): Input {
	const action = parameters.field('mergeAction');
	if (action === 'undo') {
		const { ifChanged } = parameters.fields('options');
		return parseInput(leadUnmergeSchema, { mergeId: parameters.field('mergeId'), ifChanged });
	}
	if (action !== 'merge' && action !== 'preview') {
		throw new ValidationError(
			'mergeAction',
			'mergeAction must be one of merge, preview, undo',
			'Choose it from the list.',
		);
	}
	return parseInput(leadMergeSchema, {
		leadId: parameters.id('leadId'),
		duplicateIds: parameters.field('duplicateIds'),
		rules: readMergeRules(parameters),
		isPreview: action === 'preview',
	});
}

/** Merges leads with their history, shows what that would give, or undoes it. Merges come before undoing. */
export async function execute(sql: Sql, inputs: Input[]): Promise<Merged[]> {
	const undos = inputs.filter(isUndo);
	const merges = inputs.filter((input): input is LeadMerge => !isUndo(input));
	const merged = (merges.length > 0 ? await mergeLeads(sql, merges) : []).values();
	const undone = (undos.length > 0 ? await unmergeLeads(sql, undos) : []).values();
	return inputs.map((input): Merged => {
		const result = isUndo(input) ? undone.next().value : merged.next().value;
		if (!result) throw new Error('A merge returned no result');
		return result;
	});
}

function isUndo(input: Input): input is LeadUnmerge {
	return 'mergeId' in input;
}
