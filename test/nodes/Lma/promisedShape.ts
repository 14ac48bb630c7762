import { readFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';
import { shapesFile } from '../../../scripts/nodeDocument/document';

interface PromisedShape {
	gives: 'one' | 'many';
	fields: Record<string, string>;
	otherwise?: Record<string, string>;
	simplified?: string[];
}

const promised = JSON.parse(readFileSync(shapesFile, 'utf8')) as Record<string, PromisedShape>;

/** Whether an operation gives any number of items for one, also none. */
export function givesMany(operation: string): boolean {
	return promised[operation]?.gives === 'many';
}

/** In what an output item differs from what docs/node-shapes.json promises of the operation, or undefined. */
export function deviation(operation: string, json: IDataObject): string | undefined {
	const shape = promised[operation];
	if (!shape) return `${operation} is not in docs/node-shapes.json: run npm run docs`;
	// An item that is empty on purpose.
	if (Object.keys(json).length === 0) return undefined;
	const { fields, otherwise, simplified = [] } = shape;
	// A cursor that was asked for stays with the few fields.
	const few = 'cursor' in fields ? [...simplified, 'cursor'] : simplified;
	const short = Object.fromEntries(few.map((name) => [name, fields[name] ?? '']));
	const forms = [fields, short, ...(otherwise ? [otherwise] : [])];
	const differences = forms.map((form) => difference(form, json));
	return differences.includes(undefined) ? undefined : differences[0];
}

function difference(promisedFields: Record<string, string>, json: IDataObject): string | undefined {
	const missing = Object.keys(promisedFields).find(
		(name) => !Object.hasOwn(json, name) && !promisedFields[name]?.includes('undefined'),
	);
	if (missing !== undefined) return `has no ${missing}`;
	const added = Object.keys(json).find((name) => !Object.hasOwn(promisedFields, name));
	if (added !== undefined) return `has the field ${added}, which is not promised`;
	const wrong = Object.entries(promisedFields).find(
		([name, type]) => Object.hasOwn(json, name) && !isOf(json[name], type),
	);
	return (
		wrong && `gives ${wrong[0]} as ${JSON.stringify(json[wrong[0]]).slice(0, 60)}, promised is ${wrong[1]}`
	);
}

/** Whether a value is of a type as the shapes write it. What is inside an object is left to the types. */
function isOf(value: unknown, type: string): boolean {
	if (type.startsWith('{') && !type.endsWith('[]') && !type.endsWith(' | null')) return isObject(value);
	if (type.endsWith('[]'))
		return Array.isArray(value) && value.every((entry) => isOf(entry, type.slice(0, -2)));
	return type.split(' | ').some((one) => {
		if (one === 'null') return value === null;
		if (one === 'object' || one.startsWith('{') || one.endsWith('}')) return isObject(value);
		if (one.endsWith('[]')) return Array.isArray(value);
		if (one.startsWith('"')) return value === one.slice(1, -1);
		if (one === 'true' || one === 'false') return String(value) === one && typeof value === 'boolean';
		return typeof value === one;
	});
}

function isObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
