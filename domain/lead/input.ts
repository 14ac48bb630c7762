import { z } from 'zod/v4';

import type { WithCustomFields } from '../customField/checkedCustomFields';
import { readingFields } from '../customField/invalidField';
import { email, id, label } from '../input/field';
import { anyRecord, jsonObject } from '../input/json';
import { LEAD_COLUMNS } from './columns';
import { LEAD_STATUSES } from './labels';
import { WRITTEN_COLUMNS, type WrittenField } from './lead';

type Given<Column extends { schema: z.ZodType }> = Column extends { isNullable: true }
	? z.ZodOptional<z.ZodNullable<Column['schema']>>
	: z.ZodOptional<Column['schema']>;

/** Every column that is filled in, each of which may be left out. Null clears what may be empty. */
const columns = Object.fromEntries(
	WRITTEN_COLUMNS.map(({ field, schema, isNullable }) => [
		field,
		isNullable ? schema.nullish() : schema.optional(),
	]),
) as { [Field in WrittenField]: Given<(typeof LEAD_COLUMNS)[Field]> };

const optionalFields = {
	...columns,
	/** Some custom fields, after `customFields` (all of them) when both are given: others stay, null takes one away. */
	customFieldChanges: jsonObject.optional(),
	/** Values of which those are custom fields whose key is registered; the others count for nothing. */
	customFieldCandidates: anyRecord.optional(),
	...readingFields,
};

/** What reading an input has come to: see `readLead`. */
type LeadReading = Pick<WithCustomFields, 'invalidFields'>;

/** A lead to create. What is left out gets the column's default; names default to empty. */
export const newLeadSchema = z.strictObject({
	...optionalFields,
	email,
	firstName: LEAD_COLUMNS.firstName.schema.default(''),
	lastName: LEAD_COLUMNS.lastName.schema.default(''),
});
export type NewLead = z.output<typeof newLeadSchema> & LeadReading;

/** A lead to create or, when the organization has one with this address, to update with just the fields given. */
export const upsertLeadSchema = z.strictObject({ ...optionalFields, email });
export type UpsertLead = z.output<typeof upsertLeadSchema> & LeadReading;

/** Changes to one lead. A field left out stays, null clears it. */
export const leadPatchSchema = z.strictObject({ id, ...optionalFields });
export type LeadPatch = z.output<typeof leadPatchSchema> & LeadReading;

export const leadStatusChangeSchema = z.strictObject({ id, status: label(LEAD_STATUSES) });
export type LeadStatusChange = z.output<typeof leadStatusChangeSchema>;
