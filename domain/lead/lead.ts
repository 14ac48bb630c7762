import type { z } from 'zod/v4';

import type { LeadColumn, LeadInput } from './column';
import { LEAD_COLUMNS } from './columns';

type Columns = typeof LEAD_COLUMNS;

/** A row of `leads`. Timestamps are ISO 8601 in UTC. */
export type Lead = { -readonly [Field in keyof Columns]: Stored<Columns[Field]> };

type Stored<Column> = Column extends { schema: z.ZodType; isNullable: true }
	? z.output<Column['schema']> | null
	: Column extends { schema: z.ZodType }
		? z.output<Column['schema']>
		: never;

export type LeadField = keyof Columns;

/** A field that is filled in, not kept by the database itself. */
export type WrittenField = {
	[Field in LeadField]: Columns[Field] extends { input: LeadInput } ? Field : never;
}[LeadField];

export interface WrittenColumn extends LeadColumn {
	field: WrittenField;
	input: LeadInput;
}

/** In the order of the table. */
export const LEAD_FIELDS = Object.keys(LEAD_COLUMNS) as LeadField[];

/** The columns that are filled in, in the order of the table. */
export const WRITTEN_COLUMNS: readonly WrittenColumn[] = Object.entries<LeadColumn>(LEAD_COLUMNS).flatMap(
	([field, { input, ...column }]) => (input ? [{ ...column, field: field as WrittenField, input }] : []),
);
