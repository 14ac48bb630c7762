import type { INodeProperties } from 'n8n-workflow';
import type { Sql } from '../../../../db/client';
import { cancelCommunications } from '../../../../db/communication';
import { shownFor } from '../display';
import type { ItemParameters } from '../parameters';

export const description: INodeProperties[] = shownFor('communication', 'cancel', [
	{
		displayName: 'Communication ID',
		name: 'communicationId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 42',
		description: 'The scheduled communication that is not to be sent',
	},
]);

export const access = 'write';

export function read(parameters: ItemParameters): number {
	return parameters.id('communicationId');
}

/** Cancels scheduled communications. One that is being sent, or was, is an error of its item. */
export function execute(sql: Sql, ids: number[]) {
	return cancelCommunications(sql, ids);
}
