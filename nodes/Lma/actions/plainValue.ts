import type { IDataObject } from 'n8n-workflow';

/** What cannot be read without n8n. */
export const UNKNOWN = Symbol('unknown');

/** A parameter without an expression, or with none but references to fields of the item. */
export interface PlainValue {
	/** Whether it is the same for all items. */
	isFixed: boolean;
	/** Its value for an item; `UNKNOWN` when only n8n can tell. */
	read(item: IDataObject): unknown;
}

/** `={{ $json.name }}`, `={{ $json.body["first name"] }}`: what dragging a field into a parameter makes. */
const REFERENCE = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\["[^"\\{}\n]*"\]|\['[^'\\{}\n]*'\])+)\s*\}\}$/;
const STEP = /\.(\w+)|\["([^"]*)"\]|\['([^']*)'\]/g;

/**
 * How to read a parameter as the workflow has it, without n8n, which takes a tenth of a millisecond and more for every
 * expression of every item. Null for anything but fixed values and references.
 */
export function toPlainValue(raw: unknown): PlainValue | null {
	if (typeof raw === 'string' && raw.startsWith('=')) return toReference(raw);
	if (typeof raw !== 'object' || raw === null) return { isFixed: true, read: () => raw };
	const parts = Object.entries(raw).map(([key, part]) => [key, toPlainValue(part)] as const);
	if (parts.every(([, part]) => part?.isFixed)) return { isFixed: true, read: () => raw };
	// Lists with expressions in them are rare.
	if (Array.isArray(raw)) return null;
	const known = parts.filter((part): part is [string, PlainValue] => part[1] !== null);
	return known.length < parts.length ? null : { isFixed: false, read: (item) => readParts(known, item) };
}

function readParts(parts: readonly (readonly [string, PlainValue])[], item: IDataObject): unknown {
	const value: Record<string, unknown> = {};
	for (const [key, part] of parts) {
		const read = part.read(item);
		if (read === UNKNOWN) return UNKNOWN;
		value[key] = read;
	}
	return value;
}

function toReference(expression: string): PlainValue | null {
	const [, steps] = REFERENCE.exec(expression) ?? [];
	if (steps === undefined) return null;
	const path = Array.from(steps.matchAll(STEP), ([, name, quoted, single]) => name ?? quoted ?? single ?? '');
	return { isFixed: false, read: (item) => follow(item, path) };
}

/** Only along fields that are there, to values as JSON has them: for all else n8n has rules of its own. */
function follow(item: IDataObject, path: readonly string[]): unknown {
	let value: unknown = item;
	for (const name of path) {
		if (!isRecord(value) || !Object.hasOwn(value, name)) return UNKNOWN;
		value = value[name];
	}
	const isKnown = value === null || ['string', 'number', 'boolean'].includes(typeof value);
	return isKnown || isRecord(value) || Array.isArray(value) ? value : UNKNOWN;
}

/** An object as JSON has it, not an instance of something. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
