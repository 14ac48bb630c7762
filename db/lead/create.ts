import { type AsRead, createdCustomFields } from '../../domain/customField/checkedCustomFields';
import type { ItemResult } from '../../domain/itemResult';
import type { NewLead } from '../../domain/lead/input';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { toRecord } from '../connection/record';
import { insertFrom, leadColumns } from './tableColumns';
import { writeCheckedCustomFields, type Written } from './customFields';
import { explainRefusals, namedOwners } from './knownOwner';

/**
 * Creates leads in one statement, after one that reads the register of custom fields; two leads may share an address. An
 * owner who is no active user of the organization, or a custom field of the wrong type, fails that lead alone.
 */
export async function createLeads(
	sql: Sql,
	leads: readonly AsRead<NewLead>[],
): Promise<ItemResult<Written<Lead>>[]> {
	return await writeCheckedCustomFields(sql, leads, { isNew: true }, (checked) => insertLeads(sql, checked));
}

async function insertLeads(sql: Sql, leads: readonly NewLead[]): Promise<ItemResult<Lead>[]> {
	const records = leads.map((lead) => toRecord({ ...lead, customFields: createdCustomFields(lead) }));
	const rows = await sql<Lead[]>`
		with input as materialized (
			select
				e.ordinal,
				t.assigned_to_id is null or coalesce(u.is_active, false) as owner_known,
				t.*
			from jsonb_array_elements(${sql.json(records)}) with ordinality as e(fields, ordinal)
			cross join lateral jsonb_populate_record(null::leads, e.fields) as t
			left join lma.hold_owners(${namedOwners(leads)}::int[]) u on u.id = t.assigned_to_id
		), created as (
			${insertFrom(sql)}
			from input
			where owner_known
			order by ordinal
			returning *
		)
		select ${leadColumns(sql, 'c')}
		from (select *, ${ordinalPlace(sql, 'ordinal', ['owner_known'])} from input) i
		left join (select *, ${ordinalPlace(sql, 'id')} from created) c on c.place = i.place and i.owner_known
		order by i.ordinal`;
	// Only its owner leaves an input without its row. The rows themselves go on as they are: there are many.
	const refused = new Map<number, number>();
	const results = rows.map((row, place): ItemResult<Lead> => {
		if (!row.id) refused.set(place, leads[place]?.assignedToId ?? 0);
		return { row };
	});
	for (const [place, refusal] of await explainRefusals(sql, refused)) results[place] = refusal;
	return results;
}
