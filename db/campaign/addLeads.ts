import {
	groupByOrdinal,
	type Membership,
	type MembershipRequest,
	toPairs,
} from '../../domain/campaign/membership';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';

/** A lead that is in a campaign now, and whether it was added just now. */
export type AddedLead = Membership & { added: boolean };

/** Leads to add to one campaign. */
export interface LeadsToAdd extends MembershipRequest {
	/** Of the memberships that are new; one that exists keeps its own. Left out: `active`. */
	membershipStatus?: string | undefined;
	/** Leaves out leads that do not exist, instead of failing. */
	skipUnknownLeads?: boolean | undefined;
}

type PairRow = AddedLead & { ordinal: number; campaignKnown: boolean; leadKnown: boolean };

/**
 * Adds leads to campaigns in one statement. Answers every request with one row per lead, in the order asked; one that is
 * in the campaign already stays as it is. A request with an unknown campaign or lead fails alone, with nothing of it
 * added. Can be repeated, and any number of executions may add the same leads at once: one of them says `added`.
 */
export async function addLeadsToCampaigns(
	sql: Sql,
	requests: readonly LeadsToAdd[],
): Promise<ItemResult<AddedLead[]>[]> {
	const details = requests.map(({ membershipStatus, skipUnknownLeads }, ordinal) => ({
		ordinal,
		status: membershipStatus ?? 'active',
		skip_unknown: skipUnknownLeads ?? false,
	}));
	const { ordinals, campaignIds, leadIds } = toPairs(requests);
	const rows = await sql<PairRow[]>`
		with pair as materialized (
			select p.*
			from unnest(${ordinals}::int[], ${campaignIds}::int[], ${leadIds}::int[])
				with ordinality as p(ordinal, campaign_id, lead_id, position)
		), campaign as materialized (
			select c.id
			from campaigns c
			where c.organization_id = (select lma.current_organization_id())
				and c.id in (select campaign_id from pair)
			order by c.id
			for key share
		), lead as materialized (
			-- In one order, so that a bulk delete cannot wait for this and this for it.
			select l.id
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.id in (select lead_id from pair)
			order by l.id
			for key share
		), known as materialized (
			select p.*, campaign.id is not null as campaign_known, lead.id is not null as lead_known
			from pair p
			left join campaign on campaign.id = p.campaign_id
			left join lead on lead.id = p.lead_id
		), request as materialized (
			select d.*
			from jsonb_to_recordset(${sql.json(details)}) as d(ordinal int, status text, skip_unknown boolean)
			join (
				select ordinal, bool_and(campaign_known) as campaign_known, bool_and(lead_known) as leads_known
				from known
				group by ordinal
			) k using (ordinal)
			where k.campaign_known and (k.leads_known or d.skip_unknown)
		), existing as materialized (
			select m.campaign_id, m.lead_id, m.status, m.added_at
			from campaign_leads m
			where m.organization_id = (select lma.current_organization_id())
				and (m.campaign_id, m.lead_id) in (select campaign_id, lead_id from pair)
		), wanted as materialized (
			select distinct on (k.campaign_id, k.lead_id) k.campaign_id, k.lead_id, k.position, r.status
			from known k
			join request r using (ordinal)
			left join existing e on e.campaign_id = k.campaign_id and e.lead_id = k.lead_id
			where k.lead_known
				and e.lead_id is null
			order by k.campaign_id, k.lead_id, k.position
		), written as (
			insert into campaign_leads as m (organization_id, campaign_id, lead_id, status)
			select (select lma.current_organization_id()), campaign_id, lead_id, status
			from wanted
			-- In one order, so that two executions with the same leads cannot wait for each other.
			order by campaign_id, lead_id
			-- Somebody else has just added it: leaving it alone would return nothing.
			on conflict (organization_id, campaign_id, lead_id) do update
			set status = m.status
			returning m.campaign_id, m.lead_id, m.status, m.added_at, m.xmax = 0 as is_new
		)
		select
			k.ordinal, k.campaign_id, k.lead_id, k.campaign_known, k.lead_known,
			coalesce(e.status, w.status) as status, coalesce(e.added_at, w.added_at) as added_at,
			coalesce(w.is_new and wanted.position = k.position, false) as added
		from known k
		left join existing e on e.campaign_id = k.campaign_id and e.lead_id = k.lead_id
		left join written w on w.campaign_id = k.campaign_id and w.lead_id = k.lead_id
		left join wanted on wanted.campaign_id = k.campaign_id and wanted.lead_id = k.lead_id
		order by k.position`;
	const rowsOf = groupByOrdinal(rows);
	return requests.map((request, ordinal) => toResult(request, rowsOf(ordinal)));
}

function toResult(request: LeadsToAdd, pairs: PairRow[]): ItemResult<AddedLead[]> {
	if (pairs.some(({ campaignKnown }) => !campaignKnown)) {
		return { error: new NotFoundError('Campaign', request.campaignId) };
	}
	const unknown = pairs.find(({ leadKnown }) => !leadKnown);
	if (unknown && !request.skipUnknownLeads) return { error: new NotFoundError('Lead', unknown.leadId) };
	const row = pairs
		.filter(({ leadKnown }) => leadKnown)
		.map(({ campaignId, leadId, status, addedAt, added }) => ({
			campaignId,
			leadId,
			status,
			addedAt,
			added,
		}));
	return { row };
}
