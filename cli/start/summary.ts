import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import { type OutreachFigures, readOutreachFigures } from '../../db/report/outreachFigures';
import { formatTable } from '../terminal/table';
import { demoSlug } from './demo';
import type { LoadedSample } from './sample';

/**
 * Waits until nothing of the demo organization is due any more, but no longer than `timeoutMs`. Returns the last figures;
 * `sql` is a login of that organization.
 */
export async function waitUntilSent(sql: Pool, timeoutMs: number): Promise<OutreachFigures> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const figures = await inOrganization(sql, demoSlug, readOutreachFigures);
		if (figures.due === 0 || Date.now() > end) return figures;
		await sleep(200);
	}
}

/** The summary as a table; `imported` is missing when the sample was loaded by an earlier start. */
export function formatSummary(figures: OutreachFigures, imported?: LoadedSample): string {
	const fresh: [string, number, string][] = imported
		? [
				['Rows in the sample', imported.read, ''],
				['Duplicates merged', imported.updated + imported.unchanged, ''],
				['Rejected', imported.rejected, imported.rejectedRows.map(({ line }) => `line ${line}`).join(', ')],
			]
		: [];
	return formatTable(
		['', 'count', ''],
		[
			...fresh,
			['Leads', figures.leads, imported ? '' : 'the sample was loaded by an earlier start'],
			['Scored', figures.leads, `${figures.hot} hot, ${figures.warm} warm, ${figures.cold} cold`],
			...figures.assigned.map(({ name, leads }, index): [string, number, string] => [
				index === 0 ? 'Assigned' : '',
				leads,
				name,
			]),
			['E-mails sent', figures.sent, ''],
			['E-mails scheduled', figures.later + figures.due, figures.due > 0 ? `${figures.due} are due now` : ''],
			...(figures.failed > 0
				? [['E-mails failed', figures.failed, 'see the log'] as [string, number, string]]
				: []),
		],
	);
}
