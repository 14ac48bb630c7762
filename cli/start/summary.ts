import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import type { ImportResult } from '../leads/import';
import { formatTable } from '../terminal/table';
import { demoSlug } from './demo';

/** What the database says about the demo organization. */
export interface Figures {
	leads: number;
	hot: number;
	warm: number;
	cold: number;
	/** Most leads first. */
	assigned: { name: string; leads: number }[];
	/** E-mails that wait for their time, and those whose time has come but that are not sent yet. */
	later: number;
	due: number;
	sent: number;
	failed: number;
}

/** Reads the figures in one statement; `sql` is a login of the demo organization. */
async function readFigures(sql: Pool): Promise<Figures> {
	const [figures] = await inOrganization(
		sql,
		demoSlug,
		(tx) => tx<Figures[]>`
			select
				l.*, c.*,
				(
					select coalesce(jsonb_agg(jsonb_build_object('name', name, 'leads', leads) order by leads desc, name), '[]')
					from (
						select concat_ws(' ', u.first_name, u.last_name) as name, count(*) as leads
						from leads
						join users u on u.id = leads.assigned_to_id
						group by u.id, u.first_name, u.last_name
					) per_user
				) as assigned
			from (
				select
					count(*) as leads,
					count(*) filter (where lead_temperature = 'hot') as hot,
					count(*) filter (where lead_temperature = 'warm') as warm,
					count(*) filter (where lead_temperature = 'cold') as cold
				from leads
			) l
			cross join (
				select
					count(*) filter (where status = 'scheduled' and scheduled_at > now() + interval '1 minute') as later,
					count(*) filter (where status = 'scheduled' and scheduled_at <= now() + interval '1 minute') as due,
					count(*) filter (where status = 'completed') as sent,
					count(*) filter (where status = 'failed') as failed
				from communications
				where communication_type = 'email'
					and direction = 'outbound'
			) c`,
	);
	if (!figures) throw new Error('The figures of the demo organization could not be read.');
	return figures;
}

/** Waits until nothing is due any more, but no longer than `timeoutMs`. Returns the last figures. */
export async function waitUntilSent(sql: Pool, timeoutMs: number): Promise<Figures> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const figures = await readFigures(sql);
		if (figures.due === 0 || Date.now() > end) return figures;
		await sleep(200);
	}
}

/** The summary as a table; `imported` is missing when the sample was loaded by an earlier start. */
export function formatSummary(figures: Figures, imported?: ImportResult): string {
	const fresh: [string, number, string][] = imported
		? [
				['Rows in the sample', imported.read, ''],
				['Duplicates merged', imported.merged, ''],
				[
					'Rejected',
					imported.rejected.length,
					imported.rejected.map(({ line }) => `line ${line}`).join(', '),
				],
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
