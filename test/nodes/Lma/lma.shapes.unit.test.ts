import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { listOperations } from '../../../nodes/Lma/actions/operationRegister';
import { documentNodes, nodesPage, shapesFile, writeShapes } from '../../../scripts/nodeDocument/document';
import { readShapes, type Shapes } from '../../../scripts/nodeDocument/shapes';

const remedy = 'run `npm run docs`, look at what changed, and commit it';

let shapes: Shapes;
beforeAll(() => {
	shapes = readShapes();
});

test('the outputs of all operations are the promised ones', () => {
	expect(JSON.parse(writeShapes(shapes)), remedy).toEqual(JSON.parse(readFileSync(shapesFile, 'utf8')));
});

test('every operation is documented as it is', () => {
	expect(readFileSync(nodesPage, 'utf8') === documentNodes(shapes), remedy).toBe(true);
});

test('no field is of a type that says nothing, and names are in camelCase', () => {
	const fields = Object.entries(shapes).flatMap(([operation, { fields }]) =>
		fields.map(({ name, type }) => `${operation} ${name}: ${type}`),
	);
	expect(fields.filter((field) => !/^\w+\.\w+ [a-z][a-zA-Z0-9]*: (?!any|unknown|never)/.test(field))).toEqual(
		[],
	);
});

test('operations simplify to ten fields at most, all of them in the full output', () => {
	for (const [operation, { fields, simplified = [] }] of Object.entries(shapes)) {
		expect(simplified.length, operation).toBeLessThanOrEqual(10);
		expect(
			fields.map(({ name }) => name),
			operation,
		).toEqual(expect.arrayContaining(simplified));
	}
	const simplifying = listOperations().filter(({ operation }) => 'simplify' in operation);
	expect(simplifying.map(({ resource, name }) => `${resource}.${name}`)).toEqual(
		Object.keys(shapes).filter((operation) => shapes[operation]?.simplified),
	);
});
