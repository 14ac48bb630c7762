import { restored } from './formula';

/** One of several between commas or semicolons; in quotes it may hold those itself. */
const ENTRY = /\s*"((?:[^"]|"")*)"\s*(?=[;,\n]|$)|[^;,\n]+/g;

/** The entries of a cell that holds several: JSON of a list, or text with commas, semicolons or line breaks between them. */
export function readList(cell: string): string[] {
	const list = cell.startsWith('[') ? parsed(cell) : undefined;
	if (Array.isArray(list)) return list.map(String);
	return Array.from(cell.matchAll(ENTRY)).flatMap(([entry, quoted]) => {
		const plain = quoted === undefined ? entry : quoted.replaceAll('""', '"');
		return restored(plain.trim()).trim() || [];
	});
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
