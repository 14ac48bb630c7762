/** Most items of a part: one statement for so many stays far from the statement time-out, on a slow server too. */
const MOST_ITEMS = 10_000;
/** Most characters of a part: PostgreSQL takes 256 MB of JSON at once, and a character may need several bytes there. */
const MOST_CHARACTERS = 16_000_000;
/** What anything but text takes, its name included. */
const SMALL = 16;

/** Splits a batch into parts, in its order, that one statement each can take. Nearly every batch is one part. */
export function inParts<Item extends { input: unknown }>(items: readonly Item[]): Item[][] {
	const parts: Item[][] = [];
	let part: Item[] = [];
	let characters = 0;
	for (const item of items) {
		const size = sizeOf(item.input);
		if (part.length === MOST_ITEMS || (part.length > 0 && characters + size > MOST_CHARACTERS)) {
			parts.push(part);
			part = [];
			characters = 0;
		}
		part.push(item);
		characters += size;
	}
	return part.length > 0 ? [...parts, part] : parts;
}

function sizeOf(value: unknown): number {
	if (typeof value === 'string') return value.length + SMALL;
	if (typeof value !== 'object' || value === null) return SMALL;
	let size = SMALL;
	for (const inner of Object.values(value)) size += sizeOf(inner);
	return size;
}
