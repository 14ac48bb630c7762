import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { findLeads } from '../../../../db/lead/find';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';

export { simplify } from './simplify';

export const description: INodeProperties[] = shownFor('lead', 'get', [
	leadLocator,
	simplifyDescription,
	optionsCollection([ifNotFound]),
]);

export const access = 'read';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('leadId');
}

/** Gets one lead per input; an id that is not there is an error of its item, unless the options say otherwise. */
export function execute(sql: Sql, ids: number[]) {
	return findLeads(sql, ids);
}
