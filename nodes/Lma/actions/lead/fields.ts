import type { INodeProperties } from 'n8n-workflow';
import type { z } from 'zod/v4';

import { factsOf } from '../../../../domain/input/facts';
import { WRITTEN_COLUMNS, type WrittenColumn } from '../../../../domain/lead/lead';
import { userField } from '../locator';
import { choiceOf } from './choices';

export interface LeadParameter {
	column: WrittenColumn;
	parameter: INodeProperties;
}

/** The column of a lead as a parameter. */
function toParameter({ field, schema, standard, input }: WrittenColumn): INodeProperties {
	const { label, hint, placeholder } = input;
	const { entity, form } = factsOf(schema);
	if (entity === 'user') return userField(field, label, hint);
	// Who writes JSON, or an amount, has to know that it is.
	const unit = form === 'json' ? 'JSON' : input.unit;
	return {
		displayName: unit ? `${label} (${unit})` : label,
		name: field,
		description: hint,
		...(placeholder && { placeholder }),
		...typeOf(schema, standard),
		...sizeOf(input),
	};
}

type Type = Pick<INodeProperties, 'type' | 'default'> & Partial<INodeProperties>;

function typeOf(schema: z.ZodType, standard: WrittenColumn['standard']): Type {
	const { labels, form } = factsOf(schema);
	if (labels) {
		return { type: 'options', ...choiceOf(labels), default: standard ?? labels[0] ?? '' };
	}
	switch (form) {
		case 'json':
			return { type: 'json', default: '{}' };
		case 'day':
		case 'moment':
			return { type: 'dateTime', default: '' };
		case 'number':
			return { type: 'number', default: standard ?? 0 };
		case 'flag':
			return { type: 'boolean', default: standard ?? false };
		default:
			return { type: 'string', default: standard ?? '' };
	}
}

function sizeOf({ rows, range }: WrittenColumn['input']): Pick<INodeProperties, 'typeOptions'> {
	if (rows) return { typeOptions: { rows } };
	return range ? { typeOptions: { minValue: range[0], maxValue: range[1] } } : {};
}

/** Every column of a lead that can be written, with its parameter, by name. */
export const leadFields: readonly LeadParameter[] = WRITTEN_COLUMNS.map((column) => ({
	column,
	parameter: toParameter(column),
})).sort((a, b) => a.parameter.displayName.localeCompare(b.parameter.displayName, 'en'));

/** E-mail and names, which every new lead should have; names may be empty, where nobody knows them. */
export const expectedFields: INodeProperties[] = leadFields
	.filter(({ column }) => column.input.isExpected)
	.map(({ column, parameter }) => ({ ...parameter, required: column.field === 'email' }));

/** The other fields of a lead, as a collection. */
export const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: leadFields.filter(({ column }) => !column.input.isExpected).map(({ parameter }) => parameter),
	description:
		'Further fields of the lead. Fields left empty are not set; an expression that results in null clears the field of an existing lead.',
};

/** All fields of a lead, as a collection of what to change. */
export const updateFields: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: leadFields.map(({ parameter }) => parameter),
	description:
		'Fields to change. Fields left empty stay as they are; an expression that results in null clears the field.',
};
