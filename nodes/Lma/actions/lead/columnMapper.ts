import type { FieldType, INodeProperties, INodePropertyOptions, ResourceMapperField } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { CustomField, CustomFieldType } from '../../../../domain/customField/customField';
import { factsOf } from '../../../../domain/input/facts';
import { parseInput } from '../../../../domain/input/parseInput';
import { WRITTEN_COLUMNS } from '../../../../domain/lead/lead';
import { addresseeOf } from '../addressBook';
import type { Fields, ItemParameters } from '../itemParameters';
import { leadFields, type LeadParameter } from './fields';

export type MappingOperation = 'create' | 'update' | 'upsert';

/** What the id of a custom field's column begins with. */
const CUSTOM_PREFIX = 'customFields.';

const COLUMNS: ReadonlySet<string> = new Set(WRITTEN_COLUMNS.map(({ field }) => field));

/** How the fields of a lead are given: one by one, or by columns. */
export const dataMode: INodeProperties = {
	displayName: 'Fields',
	name: 'dataMode',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Fill In Fields',
			value: 'fields',
			description: 'Choose the fields you need and fill them in',
		},
		{
			name: 'Map Columns',
			value: 'columns',
			description:
				'Map the input to the columns and custom fields of the organization, by hand or automatically by name',
		},
	],
	default: 'fields',
	description: 'How to specify the fields of the lead',
};

/** Maps the input to columns and custom fields. */
export function columnsMapper(operation: MappingOperation): INodeProperties {
	return {
		displayName: 'Columns',
		name: 'columns',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		typeOptions: {
			loadOptionsDependsOn: ['operation'],
			resourceMapper: {
				resourceMapperMethod: 'getLeadColumns',
				mode: operation === 'upsert' ? 'upsert' : 'add',
				valuesLabel: `Values to ${operation === 'upsert' ? 'Create or Update' : operation === 'create' ? 'Create' : 'Update'}`,
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: true,
				multiKeyMatch: false,
			},
		},
		displayOptions: { show: { dataMode: ['columns'] } },
		description:
			'Columns and custom fields of the lead. Fields left empty are not set; an expression that results in null clears the column of an existing lead.',
	};
}

/** Shows a parameter when the fields are filled in one by one. */
export function forFields(property: INodeProperties): INodeProperties {
	return { ...property, displayOptions: { show: { dataMode: ['fields'] } } };
}

/** Whether the columns are mapped instead of fields filled in. */
export function isMapped(parameters: ItemParameters): boolean {
	const schema = z.object({
		dataMode: z.enum(['fields', 'columns'], { error: 'must be fields or columns; choose one of them' }),
	});
	const chosen = parameters.field('dataMode') ?? 'fields';
	return parseInput(schema, { dataMode: chosen }).dataMode === 'columns';
}

/** The fields of a lead that a mapper gives. Null stays: it clears, where there is something to clear. */
export function readMapped(parameters: ItemParameters): Fields {
	return withChanges(parameters.mapped('columns', { columns: COLUMNS, prefix: CUSTOM_PREFIX }));
}

/** Custom fields given for a lead that may exist are changes to those it has. Null clears them all. */
export function withChanges({ customFields, ...fields }: Fields): Fields {
	if (customFields === undefined) return fields;
	if (typeof customFields !== 'object' || customFields === null || Array.isArray(customFields)) {
		return { ...fields, customFields };
	}
	const { customFieldChanges } = fields;
	return {
		...fields,
		customFieldChanges: { ...customFields, ...(customFieldChanges as Fields | undefined) },
	};
}

/** The columns of a lead for n8n's mapper: those of the table, then the custom fields of the organization. */
export function mapperFields(
	operation: MappingOperation,
	customFields: readonly CustomField[],
): ResourceMapperField[] {
	// Those that are shown from the start in the order of the table, the others by name.
	const shown = WRITTEN_COLUMNS.filter(({ input }) => input.isProminent).map(({ field }) => field);
	const place = ({ column }: LeadParameter) =>
		column.input.isProminent ? shown.indexOf(column.field) : shown.length;
	const columns = [...leadFields]
		.sort((a, b) => place(a) - place(b))
		.map((field) => leadColumn(operation, field));
	return [...columns, ...customFields.map((field) => customColumn(operation, field))];
}

function leadColumn(operation: MappingOperation, { column, parameter }: LeadParameter): ResourceMapperField {
	const { field, schema, input } = column;
	const isKey = field === 'email';
	const isAddressed = addresseeOf(factsOf(schema)) !== undefined;
	return {
		id: field,
		displayName: isAddressed ? `${input.label} (ID or Email)` : parameter.displayName,
		type: typeOf(parameter),
		...(parameter.type === 'options' && { options: parameter.options as INodePropertyOptions[] }),
		required: isKey && operation !== 'update',
		defaultMatch: isKey && operation === 'upsert',
		canBeUsedToMatch: isKey,
		display: true,
		removed: !input.isProminent,
	};
}

const CUSTOM_TYPES: Record<CustomFieldType, FieldType> = {
	text: 'string',
	number: 'number',
	// The mapper gives a switch the value false before anybody has touched it; a choice stays empty.
	boolean: 'options',
	date: 'dateTime',
	select: 'options',
	// As a list or as text with commas; n8n's mapper has no multiple choice.
	multiSelect: 'string',
	url: 'string',
	email: 'string',
};

const TRUTH: INodePropertyOptions[] = [
	{ name: 'False', value: 'false' },
	{ name: 'True', value: 'true' },
];

function customColumn(operation: MappingOperation, field: CustomField): ResourceMapperField {
	const choices =
		field.type === 'boolean' ? TRUTH : field.options.map((option) => ({ name: option, value: option }));
	return {
		id: `${CUSTOM_PREFIX}${field.key}`,
		displayName: field.label,
		type: CUSTOM_TYPES[field.type],
		...(CUSTOM_TYPES[field.type] === 'options' && { options: choices }),
		required: field.isRequired && operation === 'create',
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		removed: false,
	};
}

function typeOf({ type }: INodeProperties): FieldType {
	if (type === 'options' || type === 'number' || type === 'dateTime') return type;
	return type === 'json' ? 'object' : 'string';
}
