import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { listOperations } from '../../nodes/Lma/actions/operationRegister';
import { Lma } from '../../nodes/Lma/Lma.node';
import type { OutputField, Shape, Shapes } from './shapes';

/** Writes the part of docs/nodes.md that is made from the node: every operation with its parameters and its output. */
export function writeOperations(shapes: Shapes): string {
	const { properties } = new Lma().description;
	const resources = choicesOf(properties.find(({ name }) => name === 'resource'));
	return resources
		.map((resource) => {
			const operations = choicesOf(
				properties.find(
					({ name, displayOptions }) =>
						name === 'operation' && displayOptions?.show?.resource?.includes(resource.value),
				),
			);
			const written = operations.map((operation) =>
				writeOperation(String(resource.value), operation, shapes),
			);
			return [`## ${resource.name}`, ...writeRow(resource, shapes), ...written].join('\n\n');
		})
		.join('\n\n');
}

/** The row that most operations of a resource give, said once. */
function rowOf(resource: string, shapes: Shapes): Shape | undefined {
	return shapes[`${resource}.getMany`] ?? shapes[`${resource}.get`];
}

function writeRow({ name, value }: INodePropertyOptions, shapes: Shapes): string[] {
	const row = rowOf(String(value), shapes);
	return row ? [`A ${name.toLowerCase()} is:`, fieldTable(row.fields)] : [];
}

function writeOperation(
	resource: string,
	{ name, value, description }: INodePropertyOptions,
	shapes: Shapes,
) {
	const found = listOperations().find((entry) => entry.resource === resource && entry.name === value);
	const shape = shapes[`${resource}.${String(value)}`];
	if (!found || !shape)
		throw new Error(`${resource}.${String(value)} is in the list of the node and nowhere else`);
	const { access, description: parameters } = found.operation;
	return [
		`### ${capital(resource)}: ${name}`,
		`${description ?? ''}. \`${resource}.${String(value)}\`, ${access === 'read' ? 'changes nothing' : 'changes data'}.`,
		...(parameters.length > 0 ? [parameterTable(parameters)] : []),
		...writeShape(resource, shape, rowOf(resource, shapes)),
	].join('\n\n');
}

function writeShape(resource: string, shape: Shape, row: Shape | undefined): string[] {
	const count = shape.gives === 'one' ? 'one item' : 'any number of items, each';
	const names = new Set(shape.fields.map(({ name }) => name));
	const isRow = row?.fields.every(({ name, type }) => names.has(name) && typeIn(shape, name) === type);
	const known = new Set(isRow ? row?.fields.map(({ name }) => name) : []);
	const own = shape.fields.filter(({ name }) => !known.has(name));
	const simplified = shape.simplified ? [`Simplified: ${shape.simplified.map(code).join(', ')}.`] : [];
	if (isRow && own.length === 0) return [`Gives: ${count}, a ${resource}.`, ...simplified];
	const begin = isRow ? `${count}, a ${resource} with` : `${count} with`;
	const otherwise = shape.otherwise ? ['Or, as the parameters choose:', fieldTable(shape.otherwise)] : [];
	return [`Gives: ${begin}`, fieldTable(own), ...otherwise, ...simplified];
}

function typeIn({ fields }: Shape, wanted: string): string | undefined {
	return fields.find(({ name }) => name === wanted)?.type;
}

function fieldTable(fields: readonly OutputField[]): string {
	return table(
		['field', 'type', 'meaning'],
		fields.map(({ name, type, description }) => [
			code(name),
			code(type),
			[formOf(name, type), description].filter(Boolean).join('. '),
		]),
	);
}

function formOf(name: string, type: string): string {
	if (!type.startsWith('string')) return '';
	if (name.endsWith('At') || name === 'lastLogin') return 'ISO 8601, UTC';
	return name.endsWith('Date') ? 'ISO 8601' : '';
}

function parameterTable(parameters: readonly INodeProperties[], within = ''): string {
	const rows = parameters.flatMap((parameter) => parameterRows(parameter, within));
	return table(['parameter', 'type', 'meaning'], rows);
}

function parameterRows(parameter: INodeProperties, within: string): string[][] {
	const { name, type, description = '', required, options = [] } = parameter;
	const values = type === 'options' || type === 'multiOptions' ? choicesOf(parameter) : [];
	const choices = values.length > 0 ? `: ${values.map(({ value }) => code(String(value))).join(', ')}` : '';
	const row = [code(within + name), `${type}${required ? ', required' : ''}${choices}`, plain(description)];
	if (type === 'collection') {
		return [
			row,
			...(options as INodeProperties[]).flatMap((inner) => parameterRows(inner, `${within}${name}.`)),
		];
	}
	if (type !== 'fixedCollection') return [row];
	const groups = options as INodePropertyCollection[];
	return [
		row,
		...groups.flatMap((group) =>
			group.values.flatMap((inner) => parameterRows(inner, `${within}${name}.${group.name}.`)),
		),
	];
}

function choicesOf(property: INodeProperties | undefined): INodePropertyOptions[] {
	return (property?.options ?? []) as INodePropertyOptions[];
}

/** Descriptions hold links for n8n's editor. */
function plain(html: string): string {
	return html
		.replaceAll(/<a href="([^"]*)">([^<]*)<\/a>/g, '[$2]($1)')
		.replaceAll(/<code>([^<]*)<\/code>/g, '`$1`')
		.replaceAll('\n', ' ');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
	return `\`${text}\``;
}

function capital(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
