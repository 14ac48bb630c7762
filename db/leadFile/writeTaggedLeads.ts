import type { ItemResult } from '../../domain/itemResult';
import type { UpsertLead } from '../../domain/lead/input';
import { findByAddress } from '../address/findByAddress';
import type { Sql } from '../connection/client';
import { tagLeads } from '../lead/tag';
import { type UpsertedLead, upsertLeads } from '../lead/upsert';

/**
 * Creates or updates leads and gives `tags` to those that say nothing of tags: a lead that is there keeps its own besides. Two
 * statements more, where there are such tags.
 */
export async function writeTaggedLeads(
	sql: Sql,
	leads: readonly UpsertLead[],
	tags: readonly string[],
): Promise<ItemResult<UpsertedLead>[]> {
	// One with problems is refused by whoever writes it, and may lack its address.
	const untagged = new Set(
		leads.filter(({ tags: own, problems }) => own === undefined && problems === undefined),
	);
	if (tags.length === 0 || untagged.size === 0) return await upsertLeads(sql, leads);
	const addresses = [...untagged].map(({ email }) => email.toLowerCase());
	const owners = await findByAddress(sql, { lead: [...new Set(addresses)], user: [] });
	const known = new Set(owners.flatMap(({ address, id }) => (id === null ? [] : address)));
	const isNew = (lead: UpsertLead) => untagged.has(lead) && !known.has(lead.email.toLowerCase());
	const results = await upsertLeads(
		sql,
		leads.map((lead) => (isNew(lead) ? { ...lead, tags: [...tags] } : lead)),
	);
	const tagged = results.flatMap(({ row }, index) => {
		const lead = leads[index];
		return row && lead && untagged.has(lead) && known.has(lead.email.toLowerCase()) ? row.id : [];
	});
	if (tagged.length === 0) return results;
	const tagging = [...new Set(tagged)].map((id) => ({ id, tagAction: 'add' as const, tags: [...tags] }));
	const added = new Map((await tagLeads(sql, tagging)).map((result, index) => [tagging[index]?.id, result]));
	return results.map((result) => afterTagging(result, result.row && added.get(result.row.id)));
}

/** What became of a lead, its new tags counted. */
function afterTagging(
	result: ItemResult<UpsertedLead>,
	tagged: Awaited<ReturnType<typeof tagLeads>>[number] | undefined,
): ItemResult<UpsertedLead> {
	if (!result.row || !tagged) return result;
	if (tagged.error) return { error: tagged.error };
	return tagged.row.tagsAdded.length > 0 ? { row: { ...result.row, changed: true } } : result;
}
