import { factsOf } from '../../domain/input/facts';
import { WRITTEN_COLUMNS, type WrittenColumn } from '../../domain/lead/lead';

/** How the columns of other people's files are called; compared without case, spaces and punctuation. */
const columnOfHeading = new Map(
	WRITTEN_COLUMNS.flatMap((column) => {
		const { headings } = column.input;
		const names = headings ? [column.field.toLowerCase(), ...headings] : [];
		return names.map((name): [string, WrittenColumn] => [name, column]);
	}),
);

/** Headings that hold an amount in whole units of money; leads keep cents. */
const amountHeading = /^(deal)?(value|budget)(eur|usd|gbp|chf)?$/;

/** Turns one row into the input of a lead: the fields that have a value, by the name the nodes use. */
export type RowReader = (cells: string[]) => Record<string, unknown>;

/**
 * Reads a heading line. A column that leads do not have becomes a custom field under its heading in camelCase. Empty
 * cells are left out, so that they do not clear what is known, but for the address, which every lead needs.
 * Null when no column holds the e-mail address.
 */
export function readHeadings(headings: string[]): RowReader | null {
	const columns = headings.map(columnOf);
	if (!columns.some(({ field }) => field === 'email')) return null;
	return (cells) => {
		const lead: Record<string, unknown> = { email: '' };
		const customFields: Record<string, string> = {};
		for (const [index, { field, custom, isAmount, isList }] of columns.entries()) {
			const cell = cells[index]?.trim() ?? '';
			if (cell === '') continue;
			if (custom) customFields[custom] = cell;
			else if (field && isList) lead[field] = cell.split(/\s*[;,]\s*/).filter(Boolean);
			else if (field) lead[field] = isAmount ? toCents(cell) : cell;
		}
		return Object.keys(customFields).length > 0 ? { ...lead, customFields } : lead;
	};
}

interface Column {
	field?: string;
	custom?: string;
	isAmount?: boolean;
	isList?: boolean;
}

function columnOf(heading: string): Column {
	// What writeRejectedRows adds, so that its file can be mended and imported.
	if (heading.startsWith('lma_')) return {};
	const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
	if (amountHeading.test(plain)) return { field: 'value', isAmount: true };
	const column = columnOfHeading.get(plain);
	if (column) return { field: column.field, isList: factsOf(column.schema).form === 'list' };
	return plain === '' ? {} : { custom: toCamelCase(heading) };
}

function toCamelCase(heading: string): string {
	const words = heading.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	return words
		.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
		.join('');
}

/** "12,500" and "12500.50" as cents; anything else stays text, for the schema to refuse. */
function toCents(cell: string): number | string {
	const amount = Number(cell.replaceAll(/(?<=\d)[,\s'](?=\d{3}(\D|$))/g, ''));
	return Number.isFinite(amount) ? Math.round(amount * 100) : cell;
}
