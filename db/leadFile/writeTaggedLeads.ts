import type { AsRead } from '../../domain/customField/checkedCustomFields';
import type { ItemResult } from '../../domain/itemResult';
import type { UpsertLead } from '../../domain/lead/input';
import type { Sql } from '../connection/client';
import type { Written } from '../lead/customFields';
import { tagLeads } from '../lead/tag';
import { type UpsertedLead, upsertLeads } from '../lead/upsert';

/**
 * Creates or updates leads and gives `tags` to those that say nothing of tags, beside the tags that they have, whoever created
 * them and whatever another input for the same address says. One statement more, where there are such tags. Can be repeated.
 */
export async function writeTaggedLeads(
	sql: Sql,
	leads: readonly AsRead<UpsertLead>[],
	tags: readonly string[],
): Promise<ItemResult<Written<UpsertedLead>>[]> {
	const results = await upsertLeads(sql, leads);
	const untagged = results.flatMap(({ row }, index) => (row && !hasTags(leads[index]) ? row.id : []));
	if (tags.length === 0 || untagged.length === 0) return results;
	const tagging = [...new Set(untagged)].map((id) => ({ id, tagAction: 'add' as const, tags: [...tags] }));
	const added = new Map((await tagLeads(sql, tagging)).map((result, index) => [tagging[index]?.id, result]));
	return results.map((result) => afterTagging(result, result.row && added.get(result.row.id)));
}

function hasTags(lead: AsRead<UpsertLead> | undefined): boolean {
	return lead !== undefined && 'tags' in lead && lead.tags !== undefined;
}

/** What became of a lead, its new tags counted. */
function afterTagging(
	result: ItemResult<Written<UpsertedLead>>,
	tagged: Awaited<ReturnType<typeof tagLeads>>[number] | undefined,
): ItemResult<Written<UpsertedLead>> {
	if (!result.row || !tagged) return result;
	if (tagged.error) return { error: tagged.error };
	const { tagsAdded, tagsRemoved: _, ...lead } = tagged.row;
	return { row: { ...result.row, ...lead, changed: result.row.changed || tagsAdded.length > 0 } };
}
