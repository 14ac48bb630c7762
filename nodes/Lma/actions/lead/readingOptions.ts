import type { INodeProperties } from 'n8n-workflow';

import { optionsCollection } from '../options';
import type { Fields, ItemParameters } from '../itemParameters';

const dateLocale: INodeProperties = {
	displayName: 'Date Locale',
	name: 'dateLocale',
	type: 'string',
	default: '',
	placeholder: 'e.g. de, en-GB, en-US',
	description:
		'Whose order of day and month dates in numbers have, such as 01/02/2027, and whose names of months may stand in dates. Left empty, such a date is refused.',
};

const onInvalidField: INodeProperties = {
	displayName: 'On Invalid Field',
	name: 'onInvalidField',
	type: 'options',
	options: [
		{
			name: 'Keep as Text',
			value: 'keep',
			description:
				'Write the lead; keep the wrong value as text in the custom field named after the field with _unchecked behind',
		},
		{
			name: 'Leave Out',
			value: 'omit',
			description: 'Write the lead without the field, and say so in invalidFields of the output',
		},
		{ name: 'Refuse the Lead', value: 'refuse', description: 'Fail the item, naming every wrong field' },
	],
	default: 'refuse',
	description:
		'What to do when a field that a lead need not have has a value that it does not take. The e-mail address and required custom fields always refuse.',
};

/** How the values of a lead are read. */
export const readingOptions = optionsCollection([dateLocale, onInvalidField]);

/** The same as the input of `readLead`. */
export function readReadingOptions(parameters: ItemParameters): Fields {
	return { ...parameters.fields('options'), fallbackTimezone: parameters.timezone };
}
