import type { INodeProperties } from 'n8n-workflow';

import type { OptionWording } from '../../../../domain/leadFile/leadFile';
import { optionsCollection } from '../options';
import { sourceChoice } from './choices';

const DISPLAY_NAMES = { map: 'Map Columns', locale: 'Locale', encoding: 'Encoding', delimiter: 'Delimiter' };

/** An option as the node shows it: `the option Map Columns "Mobile=phone"`. */
export const sayNodeOption: OptionWording = (option, value) =>
	`the option ${DISPLAY_NAMES[option]} "${value}"`;

/** How a file of leads is read, and what its leads get. */
export const leadFileOptions: INodeProperties = optionsCollection([
	{
		displayName: DISPLAY_NAMES.delimiter,
		name: 'delimiter',
		type: 'string',
		default: '',
		placeholder: 'e.g. semicolon',
		description:
			'What separates cells: one character, or comma, semicolon, tab or pipe. Found out when left empty.',
	},
	{
		displayName: 'Dry Run',
		name: 'isDryRun',
		type: 'boolean',
		default: true,
		description: 'Whether to say what would become of each row, and store nothing',
	},
	{
		displayName: DISPLAY_NAMES.encoding,
		name: 'encoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. windows-1250',
		description: 'Encoding of the text. Found out when left empty.',
	},
	{
		displayName: DISPLAY_NAMES.locale,
		name: 'locale',
		type: 'string',
		default: '',
		placeholder: 'e.g. de, en-GB, en-US',
		description:
			'How numbers and dates are written in the file. When left empty, each column decides; what stays open, such as 1.200 or 01/02/2027 alone, is asked about.',
	},
	{
		displayName: DISPLAY_NAMES.map,
		name: 'map',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. Mobile=phone, Booth=customFields.booth, Fax=-',
		description:
			'What columns are, as heading=field, separated by commas: a field such as phone, fullName (first and last name in one), value (whole units of money) or valueCents, customFields.key, or - to leave the column out. #3 instead of a heading is the third column. An expression may return an array.',
	},
	{
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
			{ name: 'Leave Out', value: 'omit', description: 'Write the lead without the field' },
			{ name: 'Refuse the Row', value: 'refuse', description: 'Reject the row, naming every wrong field' },
		],
		default: 'refuse',
		description:
			'What to do when a field that a lead need not have has a value that it does not take; incompleteRows of the output then says so. The e-mail address and required custom fields always refuse.',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		...sourceChoice,
		default: '',
		description: 'Where leads of rows without a source came from. Left out, leads keep theirs.',
	},
	{
		displayName: 'Strict',
		name: 'isStrict',
		type: 'boolean',
		default: true,
		description: 'Whether to refuse a file with columns that leads do not have, instead of leaving them out',
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. newsletter, trade fair',
		description:
			'Tags, separated by commas, for leads of rows without tags. They are added to those that a lead has.',
	},
]);
