import type { INodeProperties } from 'n8n-workflow';

import { findCommunications } from '../../../../db/communication/find';
import type { Sql } from '../../../../db/connection/client';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { communicationId } from './fields';

export { simplify } from './simplify';

export const description: INodeProperties[] = shownFor('communication', 'get', [
	communicationId('ID of the communication to get, as returned by Log, Schedule and Get Many'),
	simplifyDescription,
	optionsCollection([ifNotFound]),
]);

export const access = 'read';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('communicationId');
}

/** Gets one communication per input. */
export function execute(sql: Sql, ids: number[]) {
	return findCommunications(sql, ids);
}
