import type { InvalidField } from '../../../../domain/customField/invalidField';
import type { Row } from '../operation';
import type { Fields } from '../itemParameters';

interface Written {
	input: { customFieldCandidates?: Fields | undefined };
	row: Row | Row[];
}

/** Most fields that a hint names. */
const MOST_NAMED = 20;

/**
 * Names the fields of items that did not go into the lead: those that automatic mapping left out, which are neither columns nor
 * keys of custom fields, and those whose value was wrong, where the node is to go on then. Their values are not repeated.
 */
export function hint(written: Written[]): string | undefined {
	const sentences = [unknownFields(written), invalidFields(written)].filter((one) => one !== undefined);
	return sentences.length > 0 ? sentences.join(' ') : undefined;
}

function unknownFields(written: Written[]): string | undefined {
	const given = new Set<string>();
	const stored = new Set<string>();
	for (const { input, row } of written) {
		for (const [key, value] of Object.entries(input.customFieldCandidates ?? {})) {
			if (value !== null) given.add(key);
		}
		if (input.customFieldCandidates) for (const key of Object.keys(customFieldsOf(row))) stored.add(key);
	}
	const leftOut = [...given].filter((key) => !stored.has(key) && !stored.has(`${key}_unchecked`));
	if (leftOut.length === 0) return undefined;
	return `Left out, as no column or registered custom field has this name: ${named(leftOut)}.`;
}

function invalidFields(written: Written[]): string | undefined {
	const counts = new Map<string, number>();
	for (const { row } of written) {
		const { invalidFields: invalid = [] } = row as { invalidFields?: readonly InvalidField[] };
		for (const { field } of invalid) counts.set(field, (counts.get(field) ?? 0) + 1);
	}
	if (counts.size === 0) return undefined;
	const fields = [...counts].map(
		([field, count]) => `${field.slice(0, 60)} (${String(count)} ${count === 1 ? 'item' : 'items'})`,
	);
	return `Not stored, as the value is wrong: ${named(fields)}. See invalidFields of each item.`;
}

function named(fields: string[]): string {
	const shown = fields.slice(0, MOST_NAMED).map((field) => field.slice(0, 80));
	const more = fields.length - shown.length;
	return `${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function customFieldsOf(row: Row | Row[]): object {
	const { customFields } = row as { customFields?: object | null };
	return customFields ?? {};
}
