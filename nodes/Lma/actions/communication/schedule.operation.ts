import type { INodeProperties } from 'n8n-workflow';

import { scheduleCommunications } from '../../../../db/communication/write';
import type { Sql } from '../../../../db/connection/client';
import {
	type ScheduledCommunication,
	scheduledCommunicationSchema,
} from '../../../../domain/communication/input';
import { parseInput } from '../../../../domain/input/parseInput';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../itemParameters';
import { additionalFields, communicationType, scheduledAt } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'schedule', [
	leadLocator,
	communicationType,
	scheduledAt,
	additionalFields({ tookPlace: false }),
]);

export const access = 'write';
export const schema = scheduledCommunicationSchema;

export function read(parameters: ItemParameters): ScheduledCommunication {
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		leadId: parameters.id('leadId'),
		...parameters.fieldsOf('communicationType', 'scheduledAt'),
	});
}

/** Schedules communications; the worker sends each when its time has come. */
export function execute(sql: Sql, communications: ScheduledCommunication[]) {
	return scheduleCommunications(sql, communications);
}
