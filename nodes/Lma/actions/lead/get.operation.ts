import type { INodeProperties } from 'n8n-workflow';
import type { Sql } from '../../../../db/client';
import { findLeads } from '../../../../db/lead';
import { shownFor } from '../display';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../parameters';

export const description: INodeProperties[] = shownFor('lead', 'get', [leadLocator]);

export function read(parameters: ItemParameters): number {
	return parameters.id('leadId');
}

/** Gets one lead per input; an id that is not there is an error of its item. */
export function execute(sql: Sql, ids: number[]) {
	return findLeads(sql, ids);
}
