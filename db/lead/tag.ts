import { ConflictError, NotFoundError } from '../../domain/error/errors';
import { MOST_TAGS } from '../../domain/input/field';
import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import type { LeadTagging } from '../../domain/lead/tagging';
import type { Sql } from '../connection/client';
import { leadColumns } from './tableColumns';

export type TaggedLead = Lead & {
	/** Tags that the lead did not have before. */
	tagsAdded: string[];
	/** Tags that the lead had before. */
	tagsRemoved: string[];
};

/** What several taggings of one lead come to, whatever tags it has. */
interface Tagging {
	/** Null: those it has. */
	start: string[] | null;
	removed: string[];
	added: string[];
}

type TaggedRow = TaggedLead & { askedId: number; isFound: boolean; isList: boolean; count: number };

/**
 * Adds and removes tags of leads in one statement, on top of what others add and remove at the same time. Taggings of the same lead
 * act in order; each answers with the final row. A lead whose tags do not change is not touched. An unknown lead, one that
 * would have more tags than a lead may have, and one whose `tags` hold something else than a list fail alone. Can be repeated.
 */
export async function tagLeads(
	sql: Sql,
	taggings: readonly LeadTagging[],
): Promise<ItemResult<TaggedLead>[]> {
	const input = [...combined(taggings)].map(([leadId, tagging]) => ({ id: leadId, ...tagging }));
	const rows = await sql<TaggedRow[]>`
		with input as materialized (
			select t.*
			from jsonb_to_recordset(${sql.json(input)}) as t(id int, start jsonb, removed text[], added text[])
		), locked as materialized (
			-- In one order, so that two bulk updates cannot wait for each other.
			select id, case when jsonb_typeof(tags) <> 'null' then tags end as tags
			from leads
			where organization_id = (select lma.current_organization_id())
				and id in (select id from input)
			order by id
			for no key update
		), present as (
			select
				input.*,
				locked.id is not null as is_found,
				coalesce(jsonb_typeof(locked.tags) = 'array', true) as is_list,
				case when jsonb_typeof(locked.tags) = 'array' then locked.tags else '[]' end as old_tags
			from input
			left join locked using (id)
		), wanted as materialized (
			select present.*, kept.tags || coalesce(added_tags.tags, '[]') as new_tags
			from present
			cross join lateral (select coalesce(start, old_tags) - removed as tags) kept
			cross join lateral (
				select jsonb_agg(tag order by place) as tags
				from unnest(added) with ordinality as a(tag, place)
				where not kept.tags ? tag
			) added_tags
		), updated as (
			update leads l
			set tags = wanted.new_tags
			from wanted
			where l.organization_id = (select lma.current_organization_id())
				and l.id = wanted.id
				and wanted.is_list
				and jsonb_array_length(wanted.new_tags) <= greatest(${MOST_TAGS}, jsonb_array_length(wanted.old_tags))
				and wanted.new_tags <> wanted.old_tags
			returning l.*
		)
		select ${leadColumns(sql, 'tagged')}, wanted.id as asked_id, wanted.is_found, wanted.is_list,
			jsonb_array_length(wanted.new_tags) as count,
			array(
				select tag from jsonb_array_elements_text(wanted.new_tags) as tag where not wanted.old_tags ? tag
			) as tags_added,
			array(
				select tag from jsonb_array_elements_text(wanted.old_tags) as tag where not wanted.new_tags ? tag
			) as tags_removed
		from wanted
		left join (
			select *
			from updated
			union all
			select *
			from leads
			where organization_id = (select lma.current_organization_id())
				and id in (select id from wanted)
				and id not in (select id from updated)
		) tagged on tagged.id = wanted.id`;
	const byId = new Map(rows.map((row) => [row.askedId, toResult(row)]));
	return taggings.map(({ id: leadId }) => byId.get(leadId) ?? { error: new NotFoundError('Lead', leadId) });
}

function combined(taggings: readonly LeadTagging[]): Map<number, Tagging> {
	const byLead = new Map<number, Tagging>();
	for (const { id: leadId, tagAction, tags: given } of taggings) {
		const { start, removed, added } = byLead.get(leadId) ?? { start: null, removed: [], added: [] };
		const without = (list: string[]) => list.filter((tag) => !given.includes(tag));
		if (tagAction === 'replace') byLead.set(leadId, { start: [], removed: [], added: given });
		else if (tagAction === 'add')
			byLead.set(leadId, { start, removed: without(removed), added: [...without(added), ...given] });
		else byLead.set(leadId, { start, removed: [...without(removed), ...given], added: without(added) });
	}
	return byLead;
}

function toResult({ askedId, isFound, isList, count, ...row }: TaggedRow): ItemResult<TaggedLead> {
	if (!isFound) return { error: new NotFoundError('Lead', askedId) };
	if (!isList) {
		return {
			error: new ConflictError(
				`The tags of lead ${askedId} are not a list`,
				'Another program wrote something else there. Set the tags with the operation Update first.',
			),
		};
	}
	const before = count + row.tagsRemoved.length - row.tagsAdded.length;
	if (count > MOST_TAGS && count > before) {
		return {
			error: new ConflictError(
				`Lead ${askedId} would have ${count} tags; the maximum is ${MOST_TAGS}`,
				'Remove some tags first.',
			),
		};
	}
	return { row };
}
