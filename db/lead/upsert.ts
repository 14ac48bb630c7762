import { type AsRead, mergeFields, missingField } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { UpsertLead } from '../../domain/lead/input';
import type { Lead } from '../../domain/lead/lead';
import { addressHolder } from '../address/addressHolder';
import type { Sql } from '../connection/client';
import { writeCheckedCustomFields, type Written } from './customFields';
import { explainRefusals, ownersOfLeads, writeKnownOwners } from './knownOwner';
import { patchLeads } from './patchLeads';
import { MISSING, SHARED, writeAddresses, type WrittenLead } from './writeAddresses';

export type UpsertedLead = Lead & {
	action: 'created' | 'updated';
	/** False when the lead had all these values already: then it was not touched. */
	changed: boolean;
};

/** The addresses of an organization share this many locks, so that a batch of any size needs no more of them. */
const LOCK_STRIPES = 256;

/**
 * Creates the leads whose address the organization does not have yet (letter case does not matter) and updates the
 * others, in two statements, or a few when inputs with one address name owners. Of several leads with one address the oldest is
 * updated, and for the address of a lead that was merged away its survivor, which keeps its own. A lead whose values stay the
 * same is not touched. Inputs with the same address act in order: the first may create, the later ones update. Safe when
 * several upsert the same address at once. A new lead without a value for a required custom field is refused, and so is an
 * owner who is unknown or not active, save one whose lead it is. Can be repeated.
 */
export async function upsertLeads(
	sql: Sql,
	leads: readonly AsRead<UpsertLead>[],
): Promise<ItemResult<Written<UpsertedLead>>[]> {
	return await writeCheckedCustomFields<UpsertLead, UpsertedLead>(sql, leads, {}, async (checked) => {
		const isMerged = new Set(checked.map(({ email }) => email.toLowerCase())).size < checked.length;
		if (!isMerged) return await upsertAddresses(sql, checked);
		return await writeKnownOwners(sql, checked, presentOwners, (known) => upsertAddresses(sql, known));
	});
}

async function presentOwners(sql: Sql, leads: readonly UpsertLead[]): Promise<(number | null)[]> {
	const keys = leads.map(({ email }) => email.toLowerCase());
	const rows = await sql<{ assignedToId: number | null }[]>`
		select l.assigned_to_id
		from jsonb_array_elements_text(${sql.json(keys)}) with ordinality as i(key, ordinal)
		left join lateral (${addressHolder(sql, 'i.key')}) holder on true
		left join leads l on l.organization_id = (select lma.current_organization_id()) and l.id = holder.lead_id
		order by i.ordinal`;
	return rows.map(({ assignedToId }) => assignedToId);
}

async function upsertAddresses(sql: Sql, leads: readonly UpsertLead[]): Promise<ItemResult<UpsertedLead>[]> {
	const merged = mergeByAddress(leads);
	const keys = [...merged.keys()];
	// A statement of its own: the next one must see what the previous holder of the lock has committed.
	const locked = sql`
		select pg_advisory_xact_lock(hashtext('lma.upsertLeads') # (select lma.current_organization_id()), stripe)
		from (
			select distinct hashtext(key) & ${LOCK_STRIPES - 1} as stripe
			from jsonb_array_elements_text(${sql.json(keys)}) as key
			order by stripe
		) as stripes`.execute();
	const [, rows] = await Promise.all([locked, writeAddresses(sql, merged)]);

	const byAddress = new Map(keys.map((key, place) => [key, toResult(rows[place])]));
	const refused = new Map<string, number>();
	for (const [place, key] of keys.entries()) {
		if (rows[place]?.action === 'ownerRefused') refused.set(key, merged.get(key)?.assignedToId ?? 0);
	}
	for (const [key, refusal] of await explainRefusals(sql, refused)) byAddress.set(key, refusal);
	for (const [key, result] of await patchShared(sql, merged, rows)) byAddress.set(key, result);
	return inOrder(leads, byAddress);
}

/** The results of inputs by their addresses; only the first with an address can have created its lead. */
function inOrder(
	leads: readonly UpsertLead[],
	byAddress: ReadonlyMap<string, ItemResult<UpsertedLead> | undefined>,
) {
	const seen = new Set<string>();
	return leads.map(({ email }): ItemResult<UpsertedLead> => {
		const key = email.toLowerCase();
		const result = byAddress.get(key);
		if (!result) throw new LeadVanished();
		if (!result.error && seen.has(key)) return { row: { ...result.row, action: 'updated' } };
		seen.add(key);
		return result;
	});
}

/** Somebody deleted a lead between the statement's first look and its lock: as after a conflict, the work is done again. */
class LeadVanished extends Error {
	readonly code = '40001';

	constructor() {
		super('A lead was deleted while it was being updated');
	}
}

/** Undefined for a lead that has not been written, for whatever reason but its own custom fields. */
function toResult(written: WrittenLead | undefined): ItemResult<UpsertedLead> | undefined {
	if (!written) return undefined;
	const { action, holderId: _, isRedirected: __, ...row } = written;
	if (action?.startsWith(MISSING)) return { error: missingField({ key: action.slice(MISSING.length) }) };
	return action === 'created' || action === 'updated' ? { row: { ...row, action } } : undefined;
}

/**
 * Updates the leads that several addresses of one batch lead to, their own and those of leads that were merged into them, or
 * two of those. They act in order, as inputs with one address do; one whose owner cannot be fails alone. One statement when there
 * are any, and a few when they name owners.
 */
async function patchShared(
	sql: Sql,
	merged: ReadonlyMap<string, UpsertLead>,
	rows: readonly WrittenLead[],
): Promise<[string, ItemResult<UpsertedLead>][]> {
	const shared = [...merged].flatMap(([key, { email, ...fields }], place) => {
		const row = rows[place];
		if (row?.action !== SHARED || row.holderId === null) return [];
		return [{ key, patch: { ...fields, id: row.holderId, ...(!row.isRedirected && { email }) } }];
	});
	if (shared.length === 0) return [];
	const patches = shared.map(({ patch }) => patch);
	const patched = await writeKnownOwners(sql, patches, ownersOfLeads, async (known) => {
		const byId = await patchLeads(sql, known);
		return known.map(({ id }) => byId.get(id) ?? { error: new NotFoundError('Lead', id) });
	});
	return shared.map(({ key }, place): [string, ItemResult<UpsertedLead>] => {
		const result = patched[place];
		if (!result || result.error?.code === 'LEAD_NOT_FOUND') throw new LeadVanished();
		if (result.error) return [key, result];
		const { lead, isChanged } = result.row;
		return [key, { row: { ...lead, action: 'updated', changed: isChanged } }];
	});
}

/** Later fields win; what only an earlier input sets is kept. */
function mergeByAddress(leads: readonly UpsertLead[]): Map<string, UpsertLead> {
	const merged = new Map<string, UpsertLead>();
	for (const lead of leads) {
		const key = lead.email.toLowerCase();
		merged.set(key, mergeFields(merged.get(key), lead));
	}
	return merged;
}
