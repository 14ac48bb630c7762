import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { organizationMetrics } from '../../../../db/report/report';

/** The organization is the credential's, so there is nothing to fill in. */
export const description: INodeProperties[] = [];

export const access = 'read';

export function read(): undefined {
	return undefined;
}

/** The organization's totals, the same for every item. */
export async function execute(sql: Sql, items: undefined[]) {
	const row = await organizationMetrics(sql);
	return items.map(() => ({ row }));
}
