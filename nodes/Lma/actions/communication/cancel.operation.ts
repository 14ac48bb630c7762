import type { INodeProperties } from 'n8n-workflow';

import { cancelCommunications } from '../../../../db/communication/cancel';
import type { Sql } from '../../../../db/connection/client';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { communicationId } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'cancel', [
	communicationId('The scheduled communication to cancel'),
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('communicationId');
}

/** Cancels scheduled communications. One that is being sent, or was, is an error of its item. */
export function execute(sql: Sql, ids: number[]) {
	return cancelCommunications(sql, ids);
}
