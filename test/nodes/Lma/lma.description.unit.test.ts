import { isINodePropertyCollection, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';
import { expect, test } from 'vitest';
import { LmaApi } from '../../../credentials/LmaApi.credentials';
import { getOperation } from '../../../nodes/Lma/actions/operationRegister';
import { Lma } from '../../../nodes/Lma/Lma.node';

const { description, methods } = new Lma();
const resources = optionsOf(description.properties.find(({ name }) => name === 'resource'));
const operations = resources.flatMap((resource) =>
	optionsOf(
		description.properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.[0] === resource.value,
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
		'campaign.addLeads',
		'campaign.create',
		'campaign.enrolLeads',
		'campaign.get',
		'campaign.getLeads',
		'campaign.getMany',
		'campaign.previewAudience',
		'campaign.removeLeads',
		'campaign.update',
		'campaign.updateLead',
		'communication.cancel',
		'communication.checkSend',
		'communication.get',
		'communication.getMany',
		'communication.getSuppressions',
		'communication.log',
		'communication.reschedule',
		'communication.schedule',
		'communication.suppress',
		'communication.unsuppress',
		'lead.assign',
		'lead.changeStatus',
		'lead.create',
		'lead.upsert',
		'lead.delete',
		'lead.get',
		'lead.getMany',
		'lead.importFile',
		'lead.merge',
		'lead.score',
		'lead.tag',
		'lead.timeline',
		'lead.update',
		'note.create',
		'note.delete',
		'note.getMany',
		'report.leadSummary',
		'report.organizationMetrics',
		'report.userProductivity',
		'user.get',
		'user.getMany',
		'workflow.get',
		'workflow.getMany',
		'workflow.register',
		'workflow.rename',
		'workflow.setActive',
		'workflow.sync',
		'workflow.unregister',
	]);
});

test('every operation can be run, and has a name for the list of actions', () => {
	for (const { resource, operation } of operations) {
		expect(getOperation(resource, String(operation.value))).toMatchObject({
			read: expect.any(Function) as unknown,
			execute: expect.any(Function) as unknown,
		});
		expect(operation.action).toMatch(/^[A-Z][a-z]/);
		expect(operation.description).toBeTruthy();
	}
});

test('an operation that does not exist is refused, whatever it is called', () => {
	for (const name of ['explode', 'constructor', '__proto__', 'toString']) {
		expect(() => getOperation('lead', name)).toThrow(`has no operation "${name}"`);
		expect(() => getOperation(name, 'create')).toThrow(`The resource "${name}" has no operation "create"`);
	}
});

test('every parameter has a default and says what it is', () => {
	const offenders = parameters.filter(
		(parameter) => parameter.default === undefined || !/^\p{Lu}.*\S$/su.test(parameter.description ?? ''),
	);
	expect(offenders).toEqual([]);
});

test('every list is in alphabetical order', () => {
	const lists = parameters.map((parameter) =>
		parameter.type === 'collection'
			? ((parameter.options ?? []) as INodeProperties[]).map(({ displayName }) => displayName)
			: optionsOf(parameter).map(({ name }) => name),
	);
	expect(lists).toEqual(lists.map((names) => [...names].sort((a, b) => a.localeCompare(b, 'en'))));
});

test('choices are loaded by methods that exist', () => {
	const loaded = parameters.map(({ typeOptions }) => typeOptions?.loadOptionsMethod).filter(Boolean);
	const searched = parameters
		.flatMap(({ modes }) => modes ?? [])
		.map(({ typeOptions }) => typeOptions?.searchListMethod);
	expect(Object.keys(methods.loadOptions)).toEqual([...new Set(loaded)]);
	expect(Object.keys(methods.listSearch)).toEqual(expect.arrayContaining(searched.filter(Boolean)));
});

test('agents may use the node, and the credential is tested by it', () => {
	expect(description.usableAsTool).toBe(true);
	expect(description.credentials).toEqual([{ name: 'lmaApi', required: true, testedBy: 'lmaApiTest' }]);
	expect(methods.credentialTest).toHaveProperty('lmaApiTest');
});

test('what an operation does is said in a phrase, which others put into sentences of their own', () => {
	expect(operations.filter(({ operation }) => operation.description?.endsWith('.'))).toEqual([]);
});

test('an amount of money says in its name that it is in cents', () => {
	const amounts = parameters.filter(
		({ name, type }) => type === 'number' && /^(value|budget\w+)$/.test(name),
	);
	expect(amounts.length).toBeGreaterThan(3);
	expect(amounts.filter(({ displayName }) => !displayName.endsWith('(Cents)'))).toEqual([]);
});
