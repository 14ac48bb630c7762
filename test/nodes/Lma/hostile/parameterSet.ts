import fc from 'fast-check';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { hostileValue } from './hostileValue';
import { type Entity, ENTITIES, Reference } from './reference';

/** Parameters of one item: values as they are in its JSON, and the name of one whose expression fails, or none. */
export interface ParameterSet {
	values: Record<string, unknown>;
	failing?: string | undefined;
	/** The item as automatic mapping finds it. */
	json?: Record<string, unknown> | undefined;
}

/**
 * Parameter sets for an operation, made from the description of its parameters alone: mostly what belongs there, and
 * about one value in ten that does not.
 */
export function parameterSets(properties: INodeProperties[]): fc.Arbitrary<ParameterSet> {
	const names = [...new Set(properties.map(({ name }) => name))];
	const isMapped = properties.some(({ type }) => type === 'resourceMapper');
	return fc.record({
		values: valuesOf(properties, 1),
		failing: fc.oneof(
			{ weight: 30, arbitrary: fc.constant(undefined) },
			{ weight: 1, arbitrary: fc.constantFrom(undefined, ...names) },
		),
		json: isMapped ? item : fc.constant(undefined),
	});
}

/** By name; a collection leaves out most of what it offers. */
function valuesOf(properties: INodeProperties[], likelihood: number): fc.Arbitrary<Record<string, unknown>> {
	const absent = fc.constant(ABSENT);
	return fc
		.tuple(
			...properties.map((property) =>
				fc.oneof(
					{ weight: Math.round(80 * likelihood), arbitrary: belonging(property) },
					{ weight: 6, arbitrary: hostileValue },
					{ weight: Math.max(2, Math.round(86 * (1 - likelihood))), arbitrary: absent },
				),
			),
		)
		.map((values) =>
			Object.fromEntries(
				properties
					.map(({ name }, position) => [name, values[position]] as const)
					.filter(([, value]) => value !== ABSENT),
			),
		);
}

const ABSENT = Symbol('absent');

/** A value as the description asks for it. */
function belonging(property: INodeProperties): fc.Arbitrary<unknown> {
	const { type, name } = property;
	switch (type) {
		case 'boolean':
			return fc.boolean();
		case 'number':
			return name.endsWith('Id') ? idOf(name) : numberOf(property);
		case 'options':
			return choices(property).length > 0 ? fc.constantFrom(...choices(property)) : idOf(name);
		case 'multiOptions':
			return fc.uniqueArray(
				choices(property).length > 0 ? fc.constantFrom(...choices(property)) : idOf(name),
				{ maxLength: 3, comparator: 'SameValue' },
			);
		case 'dateTime':
			return moment;
		case 'json':
			return fc.constantFrom('{}', '{"industry":"energy"}', '{"a":{"b":[1,2]}}', '{"size":12}');
		case 'resourceLocator':
			return locatorOf(property);
		case 'resourceMapper':
			return mapped;
		case 'collection':
			return valuesOf((property.options ?? []) as INodeProperties[], 0.5);
		case 'fixedCollection':
			return groupsOf(property);
		default:
			return textOf(name);
	}
}

function choices({ options = [] }: INodeProperties): unknown[] {
	return (options as INodePropertyOptions[]).map(({ value }) => value);
}

function numberOf({ typeOptions }: INodeProperties): fc.Arbitrary<number> {
	const min = typeOptions?.minValue ?? 0;
	return fc.integer({ min, max: Math.min(typeOptions?.maxValue ?? min + 1000, min + 1000) });
}

const moment = fc.oneof(
	fc
		.date({
			min: new Date('2024-01-01'),
			max: new Date('2030-01-01'),
			noInvalidDate: true,
		})
		.map((date) => date.toISOString()),
	fc.constantFrom('2027-03-28T02:30:00', '2027-06-01', '2099-12-31T23:59:59+14:00'),
);

/** An id of our own, of the kind that the parameter's name speaks of. */
function idOf(name: string): fc.Arbitrary<unknown> {
	return fc
		.tuple(fc.nat(50), fc.constantFrom('number' as const, 'text' as const))
		.map(([nth, written]) => new Reference(entityOf(name), 'ours', nth, written));
}

function entityOf(name: string): Entity {
	const lower = name.toLowerCase();
	return (
		ENTITIES.find((entity) => lower.includes(entity)) ?? (/owner|assigned/.test(lower) ? 'user' : 'lead')
	);
}

function locatorOf({ name, modes = [] }: INodeProperties): fc.Arbitrary<unknown> {
	const inMode = modes.map((mode) =>
		(mode.name === 'email' ? emailAddress : idOf(name)).map((value) => ({
			__rl: true,
			mode: mode.name,
			value,
		})),
	);
	return fc.oneof(...inMode, idOf(name));
}

const emailAddress = fc.oneof(
	fc.nat(300).map((n) => `lead${String(n)}@example.com`),
	fc.nat(30).map((n) => `Lead${String(n)}@Example.com `),
);

function textOf(name: string): fc.Arbitrary<unknown> {
	if (/email/i.test(name)) return emailAddress;
	if (name.endsWith('Ids')) return fc.array(idOf(name), { maxLength: 3 });
	if (name.endsWith('Id')) return idOf(name);
	if (/At$|After$|Before$|Date$/.test(name)) return moment;
	if (/time/i.test(name)) return fc.constantFrom('09:00', '23:59', '00:00', 'Europe/Berlin');
	return fc.oneof(
		fc.constantFrom('Ada', 'Acme', 'newsletter, fair', 'hot', 'Call back on Monday', '+49 30 1234'),
		fc.string({ minLength: 1, maxLength: 12 }),
	);
}

const MAPPABLE: Record<string, fc.Arbitrary<unknown>> = {
	email: emailAddress,
	firstName: fc.constantFrom('Ada', 'Grace'),
	lastName: fc.constantFrom('Lovelace', 'Hopper'),
	company: fc.oneof(fc.constantFrom('Acme', null), hostileValue),
	score: fc.oneof(fc.nat(100), hostileValue),
	status: fc.oneof(fc.constantFrom('NEW', 'CONTACTED'), hostileValue),
	tags: fc.oneof(fc.constantFrom('a, b', ['a']), hostileValue),
	customFields: fc.oneof(fc.constantFrom('{}', { a: 1 }), hostileValue),
	expectedCloseDate: fc.oneof(moment, hostileValue),
	constructor: hostileValue,
	industry: hostileValue,
};

/** Columns and custom fields of a lead that a resource mapper is given values for. */
export const MAPPED_FIELDS = Object.keys(MAPPABLE);

/** What a resource mapper hands over: values by column, or the wish to find them in the item. */
const mapped = fc.oneof(
	fc
		.record(MAPPABLE, { requiredKeys: ['email', 'firstName', 'lastName'] })
		.map((value) => ({ mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] })),
	fc.constant({ mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] }),
);

/** Fields that no workflow may write, though items have them, and names that mean something to JavaScript. */
const STRAY_FIELDS = [
	...['id', 'organizationId', 'organization_id', 'createdAt', 'updatedAt', 'emailKey', 'lastContactedAt'],
	...['customFieldChanges', 'customFieldCandidates', 'custom_field_changes', 'ordinal', 'place', 'action'],
	...[
		'__proto__',
		'toString',
		'hasOwnProperty',
		'toJSON',
		'then',
		'length',
		'',
		' ',
		'error',
		'json',
		'\0',
		'a.b[0]',
	],
	...['customFields.', 'customFields.x', 'customFields.__proto__', 'customFields.constructor'],
];

/** An item whose fields automatic mapping takes by name; columns first, so that a stray field can stand in their way. */
const item: fc.Arbitrary<Record<string, unknown>> = fc
	.tuple(
		fc.record(MAPPABLE, { requiredKeys: ['email'] }),
		fc.array(
			fc.tuple(fc.oneof(fc.constantFrom(...STRAY_FIELDS), fc.string({ maxLength: 8 })), hostileValue),
			{
				maxLength: 4,
			},
		),
	)
	// Entries, not assignments: a key may be __proto__.
	.map(([columns, stray]) => Object.fromEntries([...Object.entries(columns), ...stray]));

function groupsOf({ options = [], typeOptions }: INodeProperties): fc.Arbitrary<unknown> {
	const groups = (options as INodePropertyCollection[]).map(({ name, values }) => {
		const one = valuesOf(values, 0.9);
		return [name, typeOptions?.multipleValues ? fc.array(one, { maxLength: 2 }) : one] as const;
	});
	return fc.record(Object.fromEntries(groups), { requiredKeys: [] });
}
