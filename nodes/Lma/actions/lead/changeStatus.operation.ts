import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { changeLeadStatus } from '../../../../db/lead/update';
import { parseInput } from '../../../../domain/input/parseInput';
import { type LeadStatusChange, leadStatusChangeSchema } from '../../../../domain/lead/input';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { statusChoice } from './choices';

export const description: INodeProperties[] = shownFor('lead', 'changeStatus', [
	leadLocator,
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		required: true,
		options: statusChoice.options,
		typeOptions: statusChoice.typeOptions,
		default: 'CONTACTED',
		description: 'Stage of the pipeline to move the lead to',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = leadStatusChangeSchema;

export function read(parameters: ItemParameters): LeadStatusChange {
	return parseInput(schema, {
		id: parameters.id('leadId'),
		status: parameters.field('status'),
	});
}

/** Moves leads along the pipeline, and says what their status was before. */
export function execute(sql: Sql, changes: LeadStatusChange[]) {
	return changeLeadStatus(sql, changes);
}
