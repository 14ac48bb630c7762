import postgres from 'postgres';

/** The same record with snake_case keys, without the fields that are not set: what goes to PostgreSQL as JSON. */
export function toRecord(fields: Record<string, unknown>): Record<string, postgres.JSONValue> {
	const record: Record<string, postgres.JSONValue> = {};
	for (const [key, value] of Object.entries(fields)) {
		if (value !== undefined) record[columnOf(key)] = value as postgres.JSONValue;
	}
	return record;
}

const columns = new Map<string, string>();

/** The column of a field: `first_name` of `firstName`. Remembered: there are few fields, and records by the ten thousand. Field names come from schemas, never from outside. */
export function columnOf(field: string): string {
	let column = columns.get(field);
	if (column === undefined) {
		column = postgres.fromCamel(field);
		columns.set(field, column);
	}
	return column;
}

/** The field of a column: `firstName` of `first_name`. */
export function fieldOf(column: string): string {
	return postgres.toCamel(column);
}
