import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from '../../cli/machine/packageRoot';
import { insertParts } from '../databaseDocument/document';
import { writeOperations } from './markdown';
import type { OutputField, Shapes } from './shapes';

/** Where the documents lie. */
export const nodesPage = join(packageRoot(), 'docs', 'nodes.md');
/** The shapes of all outputs as they are promised; tests compare what operations give with it. */
export const shapesFile = join(packageRoot(), 'docs', 'node-shapes.json');

/** docs/nodes.md with its generated part brought up to date. */
export function documentNodes(shapes: Shapes): string {
	return insertParts(readFileSync(nodesPage, 'utf8'), { operations: writeOperations(shapes) });
}

/** docs/node-shapes.json, one line a field, so that a change can be seen. */
export function writeShapes(shapes: Shapes): string {
	const typesOf = (fields: OutputField[]) => Object.fromEntries(fields.map(({ name, type }) => [name, type]));
	const written = Object.entries(shapes).map(([operation, { gives, fields, otherwise, simplified }]) => [
		operation,
		{
			gives,
			fields: typesOf(fields),
			...(otherwise && { otherwise: typesOf(otherwise) }),
			...(simplified && { simplified }),
		},
	]);
	return `${JSON.stringify(Object.fromEntries(written) as object, null, '\t')}\n`;
}
