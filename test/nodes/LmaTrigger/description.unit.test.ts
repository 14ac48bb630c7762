import { isINodePropertyCollection, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { EVENT_TYPES } from '../../../domain/event/event';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { LmaTrigger } from '../../../nodes/LmaTrigger/LmaTrigger.node';

const { description, methods } = new LmaTrigger();

/** A parameter and what is inside it. */
function withNested(property: INodeProperties): INodeProperties[] {
	const nested = property.type === 'collection' ? ((property.options ?? []) as INodeProperties[]) : [];
	expect(nested.some(isINodePropertyCollection)).toBe(false);
	return [property, ...nested.flatMap(withNested)];
}

const parameters = description.properties.flatMap(withNested);

test('all events of the contract can be chosen', () => {
	const events = parameters.find(({ name }) => name === 'events')?.options as INodePropertyOptions[];
	expect(events.map(({ value }) => value).sort()).toEqual([...EVENT_TYPES].sort());
});

test('every parameter has a default and says what it is', () => {
	const offenders = parameters.filter(
		(parameter) => parameter.default === undefined || !/^\p{Lu}.*\S$/su.test(parameter.description ?? ''),
	);
	expect(offenders).toEqual([]);
});

test('every list is in alphabetical order', () => {
	const lists = parameters.map((parameter) =>
		(parameter.options ?? []).map((option) => ('displayName' in option ? option.displayName : option.name)),
	);
	expect(lists).toEqual(lists.map((names) => [...names].sort((a, b) => a.localeCompare(b, 'en'))));
});

test('choices are loaded by methods that exist', () => {
	const loaded = parameters.map(({ typeOptions }) => typeOptions?.loadOptionsMethod).filter(Boolean);
	expect(Object.keys(methods.loadOptions).sort()).toEqual([...new Set(loaded)].sort());
});

test('says of itself what the node says: n8n shows both as one entry, with the text of the trigger', () => {
	expect(new LmaTrigger().description.description).toBe(new Lma().description.description);
});
