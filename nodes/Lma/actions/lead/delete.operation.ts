import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { deleteLeads } from '../../../../db/lead/delete';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('lead', 'delete', [
	leadLocator,
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('leadId');
}

/** Deletes leads with their communications and notes. It cannot be undone. */
export function execute(sql: Sql, ids: number[]) {
	return deleteLeads(sql, ids);
}
