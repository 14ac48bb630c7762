import { z } from 'zod/v4';

import { label, leadId, rowLimit, rowOffset, userId } from '../../domain/input/field';
import { parseInput } from '../../domain/input/parseInput';
import {
	LEAD_STATUSES,
	LEAD_TEMPERATURES,
	type LeadStatus,
	type LeadTemperature,
} from '../../domain/lead/labels';
import type { UserRole } from '../../domain/user/user';
import type { Sql } from '../connection/client';
import { foundLeads } from '../lead/list';

/** A row of `v_lead_summary`. */
export interface LeadSummary {
	id: number;
	email: string;
	firstName: string;
	lastName: string;
	company: string | null;
	score: number;
	status: LeadStatus;
	leadTemperature: LeadTemperature;
	createdAt: string;
	organizationName: string;
	subscriptionTier: string;
	assignedFirstName: string | null;
	assignedLastName: string | null;
	communicationCount: number;
	noteCount: number;
	lastCommunicationDate: string | null;
	organizationId: number;
}

/** A row of `v_organization_metrics`. Averages are null while there are no leads. */
export interface OrganizationMetrics {
	id: number;
	name: string;
	subscriptionTier: string;
	totalLeads: number;
	totalUsers: number;
	avgLeadScore: number | null;
	qualifiedLeads: number;
	wonLeads: number;
	totalCommunications: number;
	totalWorkflows: number;
	organizationId: number;
}

/** A row of `v_user_productivity`. */
export interface UserProductivity {
	id: number;
	firstName: string;
	lastName: string;
	email: string;
	role: UserRole;
	organizationName: string;
	assignedLeads: number;
	totalCommunications: number;
	totalNotes: number;
	avgLeadScore: number | null;
	wonLeads: number;
	organizationId: number;
}

const page = {
	limit: rowLimit,
	offset: rowOffset,
};

export const leadSummaryFilterSchema = z.strictObject({
	leadId: leadId.optional(),
	status: z.array(label(LEAD_STATUSES)).optional(),
	leadTemperature: z.array(label(LEAD_TEMPERATURES)).optional(),
	...page,
});
export type LeadSummaryFilter = z.input<typeof leadSummaryFilterSchema>;

/** Leads with the counts of their communications and notes, best score first. */
export function leadSummary(sql: Sql, filter: LeadSummaryFilter) {
	const { leadId, status, leadTemperature, limit, offset } = parseInput(leadSummaryFilterSchema, filter);
	if (leadId !== undefined) {
		return sql<LeadSummary[]>`
			select *
			from v_lead_summary v
			where v.organization_id = (select lma.current_organization_id())
				and v.id = ${leadId}
				${status ? sql`and v.status = any(${status}::lead_status_enum[])` : sql``}
				${leadTemperature ? sql`and v.lead_temperature = any(${leadTemperature}::lead_temperature_enum[])` : sql``}
			limit ${limit}
			offset ${offset}`;
	}
	return sql<LeadSummary[]>`
		select v.*
		from ${foundLeads(sql, { status, leadTemperature, sortBy: 'score', limit, offset })}
		join v_lead_summary v on v.organization_id = (select lma.current_organization_id()) and v.id = found.id
		order by found.position`;
}

/** The organization's totals: one row. */
export function organizationMetrics(sql: Sql) {
	return sql<OrganizationMetrics[]>`
		select *
		from v_organization_metrics v
		where v.organization_id = (select lma.current_organization_id())`;
}

export const userProductivityFilterSchema = z.strictObject({ userId: userId.optional(), ...page });
export type UserProductivityFilter = z.input<typeof userProductivityFilterSchema>;

/** What every user has on their desk and has done, most leads first. */
export function userProductivity(sql: Sql, filter: UserProductivityFilter) {
	const { userId, limit, offset } = parseInput(userProductivityFilterSchema, filter);
	return sql<UserProductivity[]>`
		select *
		from v_user_productivity v
		where v.organization_id = (select lma.current_organization_id())
			${userId !== undefined ? sql`and v.id = ${userId}` : sql``}
		order by v.assigned_leads desc, v.id
		limit ${limit}
		offset ${offset}`;
}
