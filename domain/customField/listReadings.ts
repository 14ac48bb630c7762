/**
 * The lists that a value may stand for, the likeliest first: an array, JSON of one, one entry alone, or text with semicolons or
 * commas between entries. None for what is no list.
 */
export function listReadings(value: unknown): string[][] {
	if (Array.isArray(value)) return [value.map(String)];
	if (typeof value === 'number') return [[String(value)]];
	if (typeof value !== 'string') return [];
	const list = value.trim().startsWith('[') ? parse(value) : undefined;
	if (Array.isArray(list)) return [list.map((entry) => String(entry).trim())];
	return [[value.trim()], split(value, /;/), split(value, /,/), split(value, /[;,]/)];
}

function split(text: string, mark: RegExp): string[] {
	return text
		.split(mark)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
