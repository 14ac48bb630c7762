import { z } from 'zod/v4';

/** What a node makes of a parameter before the schema reads it: see `convertField` of the node. */
export type FieldForm = 'day' | 'flag' | 'id' | 'ids' | 'json' | 'list' | 'moment' | 'number';

/** What is to be known of a field besides the values that it takes. */
export interface FieldFacts {
	/**
	 * Errors may repeat its value, and even what was given instead of one: a number, a label, a time. Never set for what may
	 * be personal: an address, a name, a text, a custom field.
	 */
	readonly isShown?: boolean | undefined;
	/** In which forms a node takes it. Left out: as it is, numbers as text. */
	readonly form?: FieldForm | undefined;
	/** What may be chosen, where it is one of a few labels. */
	readonly labels?: readonly string[] | undefined;
	/** Whose id it is, or ids. Whom an address stands for, a lead or a user, a node takes by that as well. */
	readonly entity?: Entity | undefined;
	/** What it is for, in a sentence; of a setting. */
	readonly hint?: string | undefined;
	/** What applies while nothing is said; of a setting. */
	readonly standard?: unknown;
}

/** What has ids that people fill in. */
export type Entity = 'campaign' | 'communication' | 'lead' | 'merge' | 'note' | 'user' | 'workflow';

const register = z.registry<{ facts: FieldFacts }>();
const NO_FACTS: FieldFacts = Object.freeze({});

/**
 * Says what is to be known of a schema, and gives it back. Wrapping it keeps that (`optional`, `nullable`, `default`, `pipe`),
 * another check does not (`refine`, `min`): those come first. For schemas that are made once; they are never forgotten.
 */
export function withFacts<Schema extends z.ZodType>(schema: Schema, facts: FieldFacts): Schema {
	register.add(schema, { facts });
	return schema;
}

/** What is known of a schema, or of what it wraps. A boolean and a list of numbers need not say what they are. */
export function factsOf(schema: z.core.$ZodType): FieldFacts {
	const inner = unwrap(schema);
	return { ...(inner ? factsOf(inner) : factsOfType(schema)), ...register.get(schema)?.facts };
}

/** What is known of the field that a path leads to, such as that of an issue; nothing for one that there is not. */
export function factsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): FieldFacts {
	const found = path.reduce<z.core.$ZodType | undefined>((outer, key) => outer && step(outer, key), schema);
	return found ? factsOf(found) : NO_FACTS;
}

const found = new WeakMap<z.core.$ZodType, Map<string, FieldFacts>>();

/** What is known of a field of an object; undefined when it has no such field. Remembered: it is asked for every item. */
export function factsOfField(schema: z.core.$ZodType, field: string): FieldFacts | undefined {
	let fields = found.get(schema);
	if (!fields) found.set(schema, (fields = new Map<string, FieldFacts>()));
	const known = fields.get(field);
	if (known) return known;
	const inner = step(schema, field);
	if (!inner) return undefined;
	const facts = factsOf(inner);
	fields.set(field, facts);
	return facts;
}

function factsOfType(schema: z.core.$ZodType): FieldFacts {
	const def = defOf(schema);
	if (def.type === 'boolean') return { form: 'flag' };
	if (def.type !== 'array') return NO_FACTS;
	const { isShown, form, entity, labels } = factsOf(def.element);
	return {
		isShown,
		...(labels && { labels }),
		...((form === 'id' || form === 'number') && { form: 'ids', entity }),
	};
}

/** The schema that another one wraps: what it takes in, which `preprocess` has behind it and `transform` before. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType | undefined {
	const def = defOf(schema);
	switch (def.type) {
		case 'pipe':
			return defOf(def.in).type === 'transform' ? def.out : def.in;
		case 'optional':
		case 'nullable':
		case 'default':
		case 'prefault':
		case 'nonoptional':
		case 'readonly':
		case 'catch':
			return def.innerType;
		default:
			return undefined;
	}
}

/** The schema of a field, an entry or a value by its key. */
function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
	const def = defOf(schema);
	switch (def.type) {
		case 'object':
			// Names that every object has are fields only where the schema says so.
			return Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
		case 'array':
			return typeof key === 'number' ? def.element : undefined;
		case 'record':
			return def.valueType;
		case 'union':
			return def.options.map((option) => step(option, key)).find((inner) => inner !== undefined);
		default: {
			const inner = unwrap(schema);
			return inner && step(inner, key);
		}
	}
}

function defOf(schema: z.core.$ZodType) {
	return (schema as z.core.$ZodTypes)._zod.def;
}
