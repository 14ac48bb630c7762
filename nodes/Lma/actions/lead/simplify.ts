import type { LeadColumn } from '../../../../domain/lead/column';
import { LEAD_COLUMNS } from '../../../../domain/lead/columns';
import type { Lead, LeadField } from '../../../../domain/lead/lead';
import { pick } from '../simplify';

type Columns = typeof LEAD_COLUMNS;
/** The fields that have a place among the few. */
type SimplifiedField = {
	[Field in LeadField]: Columns[Field] extends { simplifiedPlace: number } ? Field : never;
}[LeadField];

const fields = Object.entries<LeadColumn>(LEAD_COLUMNS)
	.flatMap(([field, { simplifiedPlace }]) =>
		simplifiedPlace === undefined ? [] : [{ field: field as SimplifiedField, place: simplifiedPlace }],
	)
	.sort((a, b) => a.place - b.place)
	.map(({ field }) => field);

/** What most people want of a lead. */
export function simplify(lead: Lead) {
	return pick(lead, fields);
}
