import { z } from 'zod/v4';

import { day, email, id, integer, label, LONGEST_NOTE, tags, text, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from './lead';

const score = integer('must be from 0 to 100', 0, 100);
const value = integer('must be an amount in cents', 0, 2_147_483_647);

const optionalFields = {
	company: text(255).nullish(),
	jobTitle: text(100).nullish(),
	phone: text(50).nullish(),
	website: text(255).nullish(),
	linkedinUrl: text(500).nullish(),
	expectedCloseDate: day.nullish(),
	value: value.nullish(),
	notes: text(LONGEST_NOTE).nullish(),
	tags: tags.nullish(),
	/** All custom fields: those of before go. */
	customFields: jsonObject.nullish(),
	/** Some custom fields, after `customFields` when both are given: others stay, null takes one away. */
	customFieldChanges: jsonObject.optional(),
	/** Values of which those are custom fields whose key is registered; the others count for nothing. */
	customFieldCandidates: z.record(z.string(), z.unknown()).optional(),
	assignedToId: userId.nullish(),
	leadTemperature: label(LEAD_TEMPERATURES).optional(),
	status: label(LEAD_STATUSES).optional(),
	source: label(LEAD_SOURCES).optional(),
	score: score.optional(),
};

/** A lead to create. What is left out gets the column's default; names default to empty. */
export const newLeadSchema = z.strictObject({
	email,
	firstName: text(100).default(''),
	lastName: text(100).default(''),
	...optionalFields,
});
export type NewLead = z.output<typeof newLeadSchema>;

/** A lead to create or, when the organization has one with this address, to update with just the fields given. */
export const upsertLeadSchema = z.strictObject({
	email,
	firstName: text(100).optional(),
	lastName: text(100).optional(),
	...optionalFields,
});
export type UpsertLead = z.output<typeof upsertLeadSchema>;

/** Changes to one lead. A field left out stays, null clears it. */
export const leadPatchSchema = z.strictObject({
	id,
	email: email.optional(),
	firstName: text(100).optional(),
	lastName: text(100).optional(),
	...optionalFields,
});
export type LeadPatch = z.output<typeof leadPatchSchema>;

export const leadStatusChangeSchema = z.strictObject({ id, status: label(LEAD_STATUSES) });
export type LeadStatusChange = z.output<typeof leadStatusChangeSchema>;
