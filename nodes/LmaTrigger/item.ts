import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { findLeads } from '../../db/lead/find';
import type { LmaEvent } from '../../domain/event/event';
import type { Lead } from '../../domain/lead/lead';
import { simplify as simplifyLead } from '../Lma/actions/lead/simplify';
import type { Feed } from './feed';

export interface ItemOptions {
	includeLead: boolean;
	simplify: boolean;
}

/** The items of events: what happened and, when asked for, the lead as it is now, or null when it is gone. */
export async function toItems(
	events: LmaEvent[],
	feed: Feed,
	{ includeLead, simplify }: ItemOptions,
): Promise<INodeExecutionData[]> {
	const leads = includeLead ? await leadsOf(events, feed) : undefined;
	return events.map((event) => {
		const lead = leads && { lead: leads.get(event.leadId ?? 0) ?? null };
		return { json: (simplify ? simplified(event, lead) : { ...full(event), ...lead }) as IDataObject };
	});
}

/** An event's `cursor` is of no use outside its claim. */
function full({ cursor: _cursor, ...event }: LmaEvent) {
	return event;
}

function simplified(event: LmaEvent, lead?: { lead: Lead | null }) {
	const { key, type, occurredAt, leadId, communicationId, campaignId, before, after } = event;
	return {
		...{ key, type, occurredAt, leadId, communicationId, campaignId, before, after },
		...(lead && { lead: lead.lead && simplifyLead(lead.lead) }),
	};
}

async function leadsOf(events: LmaEvent[], feed: Feed): Promise<Map<number, Lead>> {
	const ids = [...new Set(events.flatMap(({ leadId }) => leadId ?? []))];
	if (ids.length === 0) return new Map();
	const found = await feed.run((tx) => findLeads(tx, ids));
	return new Map(found.flatMap(({ row }) => (row ? [[row.id, row] as const] : [])));
}
