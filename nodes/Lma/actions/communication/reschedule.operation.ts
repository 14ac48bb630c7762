import type { INodeProperties } from 'n8n-workflow';

import { rescheduleCommunications } from '../../../../db/communication/reschedule';
import type { Sql } from '../../../../db/connection/client';
import { type Reschedule, rescheduleSchema } from '../../../../domain/communication/input';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { communicationId, scheduledAt } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'reschedule', [
	communicationId('The communication to reschedule'),
	scheduledAt,
	optionsCollection([
		ifNotFound,
		{
			displayName: 'Reopen',
			name: 'reopen',
			type: 'boolean',
			default: false,
			description:
				'Whether a communication that failed or was cancelled may be scheduled again. If it is not known whether it arrived before, it can then arrive twice.',
		},
	]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = rescheduleSchema;

export function read(parameters: ItemParameters): Reschedule {
	return parseInput(schema, {
		id: parameters.id('communicationId'),
		...parameters.fieldsOf('scheduledAt'),
		reopen: parameters.fields('options').reopen,
	});
}

/** Moves communications to another time. One that is being sent, or was, is an error of its item. */
export function execute(sql: Sql, requests: Reschedule[]) {
	return rescheduleCommunications(sql, requests);
}
