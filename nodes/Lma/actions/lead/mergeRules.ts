import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { WRITTEN_COLUMNS, type WrittenColumn } from '../../../../domain/lead/lead';
import type { MergeRule } from '../../../../domain/merge/mergeRuleNames';
import type { Fields, ItemParameters } from '../itemParameters';

const RULES: Record<MergeRule, { name: string; description: string }> = {
	combine: { name: 'Combine', description: 'Combine what all of them have' },
	firstNotEmpty: {
		name: 'First Not Empty',
		description: 'The value of the surviving lead, or of the first duplicate that has one',
	},
	highest: { name: 'Highest', description: 'The highest, hottest, latest or furthest' },
	longest: { name: 'Longest', description: 'The longest text' },
	lowest: { name: 'Lowest', description: 'The lowest, coldest or earliest' },
	newest: { name: 'Newest', description: 'The value of the most recently changed lead that has one' },
	oldest: { name: 'Oldest', description: 'The value of the earliest created lead that has one' },
	survivor: { name: 'Surviving Lead', description: 'The value of the surviving lead, even if it is empty' },
};

/** A choice of rules for each field of a lead, the usual one first set. */
export const mergeRuleParameters: INodeProperties[] = WRITTEN_COLUMNS.map(ruleParameter).sort((a, b) =>
	a.displayName.localeCompare(b.displayName, 'en'),
);

function ruleParameter({ field, input: { label, merge } }: WrittenColumn): INodeProperties {
	// eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- it sees literal defaults only
	return {
		displayName: label,
		// The fields' own names have conversions: tags are split, days are read.
		name: `${field}Rule`,
		type: 'options',
		options: merge.rules.map(toOption).sort((a, b) => a.name.localeCompare(b.name, 'en')),
		default: merge.standard,
		description: `How to choose the ${label} of the surviving lead`,
	};
}

function toOption(rule: MergeRule): INodePropertyOptions {
	return { ...RULES[rule], value: rule };
}

/** The rules by field, as they were chosen. */
export function readMergeRules(parameters: ItemParameters): Fields {
	const chosen = Object.entries(parameters.fields('rules'));
	return Object.fromEntries(chosen.map(([name, rule]) => [name.replace(/Rule$/, ''), rule]));
}
