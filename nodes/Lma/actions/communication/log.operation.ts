import type { INodeProperties } from 'n8n-workflow';

import { logCommunications } from '../../../../db/communication/write';
import type { Sql } from '../../../../db/connection/client';
import { type NewCommunication, newCommunicationSchema } from '../../../../domain/communication/input';
import { parseInput } from '../../../../domain/input/parseInput';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../itemParameters';
import { additionalFields, communicationType, directionOptions } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'log', [
	leadLocator,
	communicationType,
	{
		displayName: 'Direction',
		name: 'direction',
		type: 'options',
		required: true,
		options: directionOptions,
		default: 'outbound',
		description: 'Who contacted whom',
	},
	additionalFields({ tookPlace: true }),
]);

export const access = 'write';
export const schema = newCommunicationSchema;

export function read(parameters: ItemParameters): NewCommunication {
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		leadId: parameters.id('leadId'),
		...parameters.fieldsOf('communicationType', 'direction'),
	});
}

/** Records communications that have taken place. Nothing is sent. */
export function execute(sql: Sql, communications: NewCommunication[]) {
	return logCommunications(sql, communications);
}
