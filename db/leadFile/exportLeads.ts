import { type ExportedColumn, exportedColumns, type UsedKey } from '../../domain/leadFile/exportedColumn';
import { parseInput } from '../../domain/input/parseInput';
import { csvLine } from '../../domain/leadFile/formula';
import type { Lead } from '../../domain/lead/lead';
import type { Pool, Sql } from '../connection/client';
import { inOrganization } from '../connection/tenancy';
import { listCustomFields } from '../customField/customField';
import { type LeadFilter, leadFilterSchema } from '../lead/leadFilter';
import { foundLeads } from '../lead/list';
import { leadColumns } from '../lead/tableColumns';
import { typeFilters } from '../lead/typeFilters';

/** In what form leads go out: CSV that `lma leads import` takes back, or one JSON object a line, as the node gives leads. */
export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Leads held in memory at once. */
const PAGE_SIZE = 1_000;
/** How long whoever takes the text may pause. */
const LONGEST_PAUSE = '10min';

/**
 * Gives the leads that a filter finds as text, piece by piece to `write`, which is waited for. All of it is as the database
 * was at one moment, by id. Memory is that of a page. Gives how many there were.
 *
 * @throws ValidationError before anything is written, for custom fields that are not there or cannot have such values
 */
export async function exportLeads(
	sql: Pool,
	organization: string,
	asked: LeadFilter,
	format: ExportFormat,
	write: (text: string, count: number) => Promise<void>,
): Promise<number> {
	return await inOrganization(
		sql,
		organization,
		async (tx) => {
			await tx`select set_config('idle_in_transaction_session_timeout', ${LONGEST_PAUSE}, true)`;
			const filter = await typed(tx, asked);
			const columns = format === 'csv' ? await findColumns(tx, filter) : [];
			if (format === 'csv') await write(csvLine(columns.map(({ heading }) => heading)), 0);
			let count = 0;
			for await (const leads of pagesOf(tx, filter)) {
				count += leads.length;
				await write(leads.map((lead) => lineOf(lead, format, columns)).join(''), count);
			}
			return count;
		},
		{ isSnapshot: true },
	);
}

/** The filter, its custom fields compared by the types that the organization registered. */
async function typed(tx: Sql, asked: LeadFilter): Promise<LeadFilter> {
	const [result] = await typeFilters(tx, [parseInput(leadFilterSchema, asked)]);
	if (!result) throw new Error('Typing a filter gave none');
	if (result.error) throw result.error;
	return result.row;
}

function lineOf(lead: Lead, format: ExportFormat, columns: readonly ExportedColumn[]): string {
	return format === 'csv' ? csvLine(columns.map(({ cellOf }) => cellOf(lead))) : `${JSON.stringify(lead)}\n`;
}

function pagesOf(tx: Sql, filter: LeadFilter): AsyncIterable<Lead[]> {
	return tx<Lead[]>`
		select ${leadColumns(tx, 'l')}
		from ${foundLeads(tx, filter)}
		join leads l on l.organization_id = (select lma.current_organization_id()) and l.id = found.id
		order by l.id`.cursor(PAGE_SIZE);
}

async function findColumns(tx: Sql, filter: LeadFilter): Promise<ExportedColumn[]> {
	const register = await listCustomFields(tx);
	const used = await tx<UsedKey[]>`
		select e.key, array_agg(distinct jsonb_typeof(e.value)) as kinds,
			bool_and(jsonb_typeof(e.value) <> 'string' or (e.value #>> '{}') ~ '^\\S(.*\\S)?$') as is_plain
		from ${foundLeads(tx, filter)}
		join leads l on l.organization_id = (select lma.current_organization_id()) and l.id = found.id
		cross join lateral jsonb_each(
			case jsonb_typeof(l.custom_fields) when 'object' then l.custom_fields else '{}' end
		) as e
		group by e.key
		order by e.key`;
	return exportedColumns(register, used);
}
