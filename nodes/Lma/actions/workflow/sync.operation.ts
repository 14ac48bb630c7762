import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import {
	requestSyncOf,
	requestSyncOfAll,
	type SyncStatus,
	type WorkflowInSync,
} from '../../../../db/workflow/requestSync';
import { ValidationError } from '../../../../domain/error/errors';
import type { ItemResult } from '../../../../domain/itemResult';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { workflowLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('workflow', 'sync', [
	{
		displayName: 'Look At',
		name: 'scope',
		type: 'options',
		options: [
			{
				name: 'All Workflows',
				value: 'all',
				description: 'Every n8n instance of the organization; returns one item for each',
			},
			{
				name: 'One Workflow',
				value: 'workflow',
				description: 'The n8n instance of one workflow; returns the workflow',
			},
		],
		default: 'all',
		description: 'Which n8n instances the worker should compare with and update now',
	},
	{ ...workflowLocator, displayOptions: { show: { scope: ['workflow'] } } },
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';

/** Null: every instance. */
type Wanted = { workflowId: number } | null;

export function read(parameters: ItemParameters): Wanted {
	const scope = parameters.field('scope') ?? 'all';
	if (scope === 'all') return null;
	if (scope === 'workflow') return { workflowId: parameters.id('workflowId') };
	throw new ValidationError('scope', 'scope must be all or workflow', 'Choose it from the list.');
}

/** Asks the worker to look now; what it finds shows a few seconds later. */
export async function execute(
	sql: Sql,
	wanted: Wanted[],
): Promise<ItemResult<WorkflowInSync | SyncStatus[]>[]> {
	const ids = wanted.flatMap((item) => item?.workflowId ?? []);
	const all = wanted.includes(null) ? await requestSyncOfAll(sql) : [];
	const each = ids.length > 0 ? await requestSyncOf(sql, ids) : [];
	return wanted.map((item) => (item ? (each.shift() ?? { row: [] }) : { row: all }));
}
