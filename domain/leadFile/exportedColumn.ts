import type { CustomField, CustomFieldType } from '../customField/customField';
import { LEAD_FIELDS, type Lead, type LeadField } from '../lead/lead';

/** What the leads of an export have under one key of their custom fields. */
export interface UsedKey {
	key: string;
	/** The kinds of JSON values: `string`, `number`, `boolean`, `array`, `object`, `null`. */
	kinds: string[];
	/** No text is empty or has spaces around it: all of them come back from a file as they are. */
	isPlain: boolean;
}

/** A column of an export: its heading, and its cell of a lead. */
export interface ExportedColumn {
	heading: string;
	cellOf: (lead: Lead) => string;
}

const KIND_OF_TYPE: Partial<Record<CustomFieldType, string>> = {
	number: 'number',
	boolean: 'boolean',
	multiSelect: 'array',
};

/**
 * The columns of a CSV file with which it can be imported again: the fields by their names, the value of the deal in cents; a column
 * for each custom field that is registered, and for each other one that holds text alone. What else there is of custom fields
 * is in one column of JSON, so that numbers stay numbers.
 */
export function exportedColumns(
	register: readonly CustomField[],
	used: readonly UsedKey[],
): ExportedColumn[] {
	const usedBy = new Map(used.map((entry) => [entry.key, entry]));
	const registered = register.filter(({ key, type }) =>
		fits(usedBy.get(key), KIND_OF_TYPE[type] ?? 'string'),
	);
	const free = used.filter(
		(entry) => !register.some(({ key }) => key === entry.key) && fits(entry, 'string'),
	);
	const keys = new Set([...registered, ...free].map(({ key }) => key));
	const rest = used.some(({ key }) => !keys.has(key));
	return LEAD_FIELDS.flatMap((field): ExportedColumn[] => {
		if (field === 'value') return [{ heading: 'valueCents', cellOf: ({ value }) => toCell(value) }];
		if (field !== 'customFields') return [{ heading: field, cellOf: (lead) => fieldCell(lead, field) }];
		const own = [...keys].map((key) => ({
			heading: `customFields.${key}`,
			cellOf: ({ customFields }: Lead) => toCell(customFields?.[key]),
		}));
		return rest ? [...own, { heading: field, cellOf: (lead) => restOf(lead, keys) }] : own;
	});
}

function fits(used: UsedKey | undefined, kind: string): boolean {
	return used === undefined || (used.isPlain && used.kinds.every((found) => found === kind));
}

function fieldCell(lead: Lead, field: LeadField): string {
	return toCell(lead[field]);
}

function restOf({ customFields }: Lead, keys: ReadonlySet<string>): string {
	const rest = Object.entries(customFields ?? {}).filter(([key]) => !keys.has(key));
	return rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : '';
}

function toCell(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return numberCell(String(value));
	if (Array.isArray(value)) return listCell(value);
	return JSON.stringify(value);
}

/** 1.234 alone could be one thousand two hundred and thirty-four as well; 1.2340 cannot. */
function numberCell(written: string): string {
	return /^-?\d{1,3}\.\d{3}$/.test(written) ? `${written}0` : written;
}

/** With commas where these tell the entries apart, else as JSON. */
function listCell(list: readonly unknown[]): string {
	const isPlain = list.every(
		(entry) => typeof entry === 'string' && /^[^\s,;[\]'"=+\-@＝＋－＠](?:[^,;\n\r]*[^\s,;])?$/.test(entry),
	);
	return isPlain ? list.join(', ') : JSON.stringify(list);
}
