import { isINodePropertyCollection, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { LmaApi } from '../../../credentials/LmaApi.credentials';
import { getOperation } from '../../../nodes/Lma/actions/operations';
import { Lma } from '../../../nodes/Lma/Lma.node';

const { description, methods } = new Lma();
const resources = optionsOf(description.properties.find(({ name }) => name === 'resource'));
const operations = resources.flatMap((resource) =>
	optionsOf(
		description.properties.find(
			({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === resource.value,
		),
	).map((operation) => ({ resource: String(resource.value), operation })),
);

function optionsOf(property: INodeProperties | undefined): INodePropertyOptions[] {
	return (property?.options ?? []) as INodePropertyOptions[];
}

/** A parameter and what is inside it. */
function withNested(property: INodeProperties): INodeProperties[] {
	const nested = property.type === 'collection' ? ((property.options ?? []) as INodeProperties[]) : [];
	expect(nested.some(isINodePropertyCollection)).toBe(false);
	return [property, ...nested.flatMap(withNested)];
}

const parameters = [...description.properties, ...new LmaApi().properties].flatMap(withNested);

test('the contract’s resources and operations are there', () => {
	expect(operations.map(({ resource, operation }) => `${resource}.${String(operation.value)}`)).toEqual([
		'communication.cancel', 'communication.getMany', 'communication.log', 'communication.schedule',
		'lead.assign', 'lead.changeStatus', 'lead.create', 'lead.upsert', 'lead.delete', 'lead.get', 'lead.getMany',
		'lead.score', 'lead.update',
		'note.create', 'note.getMany',
		'report.leadSummary', 'report.organizationMetrics', 'report.userProductivity',
		'user.getMany',
	]);
});

describe.each(operations)('$resource $operation.value', ({ resource, operation }) => {
	test('can be run, and has a name for the list of actions', () => {
		const { read, execute } = getOperation(resource, String(operation.value));
		expect([typeof read, typeof execute]).toEqual(['function', 'function']);
		expect(operation.action).toMatch(/^[A-Z][a-z]/);
		expect(operation.description).toBeTruthy();
	});
});

test('an operation that does not exist is refused, whatever it is called', () => {
	for (const name of ['explode', 'constructor', '__proto__', 'toString']) {
		expect(() => getOperation('lead', name)).toThrow(`has no operation "${name}"`);
		expect(() => getOperation(name, 'create')).toThrow(`The resource "${name}" has no operation "create"`);
	}
});

describe.each(parameters.map((parameter) => [parameter.name, parameter] as const))('parameter %s', (_name, parameter) => {
	test('has a default and says what it is', () => {
		expect(parameter.default).toBeDefined();
		expect(parameter.description).toMatch(/^\p{Lu}.*\S$/su);
	});

	test('has options in alphabetical order', () => {
		const names = parameter.type === 'collection'
			? ((parameter.options ?? []) as INodeProperties[]).map(({ displayName }) => displayName)
			: optionsOf(parameter).map(({ name }) => name);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
	});

	test('loads its choices by a method that exists', () => {
		const load = parameter.typeOptions?.loadOptionsMethod;
		if (load !== undefined) expect(methods.loadOptions).toHaveProperty(load);
		for (const { typeOptions } of parameter.modes ?? []) {
			const search = typeOptions?.searchListMethod;
			if (search !== undefined) expect(methods.listSearch).toHaveProperty(search);
		}
	});
});

test('agents may use the node, and the credential is tested by it', () => {
	expect(description.usableAsTool).toBe(true);
	expect(description.credentials).toEqual([{ name: 'lmaApi', required: true, testedBy: 'lmaApiTest' }]);
	expect(methods.credentialTest).toHaveProperty('lmaApiTest');
});
