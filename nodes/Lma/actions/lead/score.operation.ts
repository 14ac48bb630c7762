import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { scoreLeads } from '../../../../db/scoring/scoreLeads';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('lead', 'score', [
	leadLocator,
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('leadId');
}

/** Works out score and temperature by the organization's rules, and stores them. The points show why. */
export function execute(sql: Sql, ids: number[]) {
	return scoreLeads(sql, ids);
}
