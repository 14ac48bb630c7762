import { NotFoundError } from '../../domain/error/errors';
import type { TimelineEntry, TimelineRequest } from '../../domain/event/timeline';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { toValues } from '../event/event';
import { findRedirects } from './redirect';

type TimelineRow = Omit<TimelineEntry, 'key' | 'before' | 'after'> & {
	/** Null for a lead without entries. */
	key: string | null;
	ordinal: number;
	askedLeadId: number;
	isFound: boolean;
	metadata: { before?: Record<string, unknown>; after?: Record<string, unknown> } | null;
};

/**
 * What happened to leads, in one statement for all of them. Communications and notes without an event, from before there was an
 * audit trail or after its retention, stand at the time of their creation. The id of a lead that was merged into another gives
 * the timeline of that one, in two statements more. An unknown lead fails alone.
 *
 * All entries of a lead are read and sorted for each page.
 */
export async function leadTimelines(
	sql: Sql,
	requests: readonly TimelineRequest[],
): Promise<ItemResult<TimelineEntry[]>[]> {
	const results = await readTimelines(sql, requests);
	const redirects = await findRedirects(
		sql,
		requests.filter((_, n) => results[n]?.error).map(({ leadId }) => leadId),
	);
	if (redirects.size === 0) return results;
	const moved = requests.flatMap((request, n) => {
		const leadId = redirects.get(request.leadId);
		return leadId === undefined ? [] : [{ n, request: { ...request, leadId } }];
	});
	const timelines = await readTimelines(
		sql,
		moved.map(({ request }) => request),
	);
	for (const [place, { n }] of moved.entries()) {
		const timeline = timelines[place];
		if (timeline) results[n] = timeline;
	}
	return results;
}

async function readTimelines(
	sql: Sql,
	requests: readonly TimelineRequest[],
): Promise<ItemResult<TimelineEntry[]>[]> {
	const input = requests.map((request) => ({
		lead_id: request.leadId,
		types: request.eventTypes ?? null,
		user_id: request.userId ?? null,
		since: request.occurredAfter ?? null,
		until: request.occurredBefore ?? null,
		is_ascending: request.sortDirection === 'asc',
		row_limit: request.limit,
		row_offset: request.offset,
	}));
	const rows = await sql<TimelineRow[]>`
		with asked as materialized (
			select e.ordinal, t.*
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			cross join lateral jsonb_to_record(e.item) as t(
				lead_id int, types text[], user_id int, since timestamptz, until timestamptz, is_ascending boolean,
				row_limit bigint, row_offset bigint
			)
		)
		select asked.ordinal, asked.lead_id as asked_lead_id, l.id is not null as is_found, l.id as lead_id, entry.*
		from asked
		left join leads l
			on l.organization_id = (select lma.current_organization_id()) and l.id = asked.lead_id
		left join lateral (
			with event as materialized (
				select a.*,
					case when a.activity_type like 'note.%' then
						coalesce(a.activity_metadata #>> '{after,id}', a.activity_metadata #>> '{before,id}')::int
					end as note_id
				from activity_logs a
				where a.organization_id = (select lma.current_organization_id())
					and a.lead_id = l.id
			)
			select page.key, page.type, page.occurred_at, page.user_id, page.communication_id, page.campaign_id,
				page.note_id, c.communication_type, c.direction, c.status, c.subject,
				coalesce(c.content, n.content) as content, page.metadata, page.n8n_workflow_id, page.n8n_execution_id,
				page.position
			from (
				select happened.*,
					row_number() over (
						order by
							case when asked.is_ascending then occurred_at end, case when asked.is_ascending then sequence end,
							occurred_at desc, sequence desc
					) as position
				from (
					select 'event:' || id as key, activity_type as type, created_at as occurred_at, id as sequence, user_id,
						communication_id, campaign_id, note_id, activity_metadata as metadata, n8n_workflow_id,
						n8n_execution_id
					from event
					union all
					select 'communication:' || c.id,
						case c.status when 'scheduled' then 'communication.scheduled' else 'communication.logged' end,
						c.created_at, 0, c.user_id, c.id, null, null, null, null, null
					from communications c
					where c.organization_id = (select lma.current_organization_id())
						and c.lead_id = l.id
						and c.id not in (
							select communication_id
							from event
							where activity_type in ('communication.logged', 'communication.scheduled')
						)
					union all
					select 'note:' || n.id, 'note.created', n.created_at, 0, n.user_id, null, null, n.id, null, null, null
					from lead_notes n
					where n.organization_id = (select lma.current_organization_id())
						and n.lead_id = l.id
						and n.id not in (select note_id from event where activity_type = 'note.created')
				) happened
				where (asked.types is null or type = any(asked.types))
					and (asked.user_id is null or user_id = asked.user_id)
					and (asked.since is null or occurred_at >= asked.since)
					and (asked.until is null or occurred_at < asked.until)
				order by position
				limit asked.row_limit
				offset asked.row_offset
			) page
			left join communications c
				on c.organization_id = (select lma.current_organization_id()) and c.id = page.communication_id
			left join lead_notes n
				on n.organization_id = (select lma.current_organization_id()) and n.id = page.note_id
		) entry on true
		order by asked.ordinal, entry.position`;
	const results = requests.map((): ItemResult<TimelineEntry[]> => ({ row: [] }));
	for (const { ordinal, askedLeadId, isFound, ...row } of rows) {
		const result = results[ordinal - 1];
		if (!isFound) results[ordinal - 1] = { error: new NotFoundError('Lead', askedLeadId) };
		else if (row.key !== null) result?.row?.push(toEntry({ ...row, key: row.key }));
	}
	return results;
}

function toEntry({
	metadata,
	...row
}: Omit<TimelineRow, 'ordinal' | 'askedLeadId' | 'isFound' | 'key'> & {
	key: string;
	position?: unknown;
}): TimelineEntry {
	const { position: _, ...entry } = row;
	return {
		...entry,
		before: metadata?.before ? toValues(metadata.before) : null,
		after: metadata?.after ? toValues(metadata.after) : null,
	};
}
