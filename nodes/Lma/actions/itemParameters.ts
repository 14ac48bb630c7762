import type { z } from 'zod/v4';

import { ValidationError } from '../../../domain/error/errors';
import { parseInput } from '../../../domain/input/parseInput';
import { asJson } from '../instant';
import { type AddressBook, addresseeOf, isAddress } from './addressBook';
import { convertField, isLocator } from './convertField';
import {
	factsOfParameter,
	type FlagParameter,
	flagSchemas,
	type RowParameter,
	rowSchemas,
} from './commonParameters';
import type { ParameterValues } from './parameterValues';

/** What no custom field can be called: objects in JavaScript have these already. */
const NO_KEYS = new Set(['', '__proto__', 'constructor', 'prototype']);

/** Fields by their column name in camelCase. */
export type Fields = Record<string, unknown>;

/**
 * The parameters of one item, converted to what the database takes.
 *
 * Empty means not given: n8n sends `''` for a field that was left empty and `null` or `undefined` for an
 * expression that found nothing, and none of them may overwrite a stored value by accident. Where clearing a
 * field is meant, an update's fields, `null` is kept (see `fields`).
 */
export class ItemParameters {
	constructor(
		private readonly values: ParameterValues,
		private readonly itemIndex: number,
		/** The workflow's time zone, for times without one. */
		readonly timezone: string,
		/** Knows the leads and users that are given by e-mail address. */
		private readonly addresses: AddressBook,
		/** Says how the operation's own fields are converted. */
		private readonly schema?: z.ZodType,
	) {}

	/** A top-level parameter, or undefined when it is empty. Resource locators give the id. */
	field(name: string): unknown {
		const value = this.values.value(name, this.itemIndex);
		return isEmpty(value) ? undefined : this.convert(name, value);
	}

	/**
	 * The id in a top-level parameter.
	 *
	 * @throws ValidationError when it is missing or no id
	 */
	id(name: RowParameter): number {
		return Number(parseInput(rowSchemas[name], { [name]: this.field(name) })[name]);
	}

	/**
	 * Whether a top-level parameter is on; left empty, it is off.
	 *
	 * @throws ValidationError when it is neither true nor false
	 */
	flag(name: FlagParameter): boolean {
		return parseInput(flagSchemas[name], { [name]: this.field(name) ?? false })[name] === true;
	}

	/** Several top-level parameters by name. */
	fieldsOf(...names: string[]): Fields {
		return Object.fromEntries(names.map((name) => [name, this.field(name)]));
	}

	/** Several top-level parameters by name, which the node has only for some of its other values; without the empty ones. */
	shownFieldsOf(...names: string[]): Fields {
		const shown = names
			.filter((name) => this.values.has(name))
			.map((name) => [name, this.field(name)] as const);
		return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
	}

	/** The fields of a collection that are filled in. With `keepNull`, a field that is null stays: it clears. */
	fields(collection: string, { keepNull = false } = {}): Fields {
		const values = this.values.collection(collection, this.itemIndex);
		if (typeof values !== 'object' || values === null || Array.isArray(values)) {
			throw new ValidationError(
				collection,
				`${collection}: expected fields by name`,
				'Give an object such as { "company": "Acme" }.',
			);
		}
		const converted: [string, unknown][] = [];
		for (const [name, given] of Object.entries(values as Fields)) {
			const value: unknown = isLocator(given) ? given.value : given;
			if (value === null && keepNull) converted.push([name, null]);
			else if (!isEmpty(value)) converted.push([name, this.convert(name, value)]);
		}
		// Assigned, a field named __proto__ would be a prototype.
		return Object.fromEntries(converted);
	}

	/**
	 * What a resource mapper maps. Empty columns are left out, null stays. Columns with the prefix are `customFieldChanges` by
	 * key; with automatic mapping, fields of the item that are no column are `customFieldCandidates`.
	 *
	 * @throws ValidationError for a column that there is not
	 */
	mapped(name: string, { columns, prefix }: { columns: ReadonlySet<string>; prefix: string }): Fields {
		const { isAutomatic, values } = this.values.mapping(name, this.itemIndex);
		if (typeof values !== 'object' || values === null || Array.isArray(values)) {
			throw new ValidationError(name, `${name}: expected values by column`, 'Map at least one column.');
		}
		const fields: [string, unknown][] = [];
		const changes: [string, unknown][] = [];
		const candidates: [string, unknown][] = [];
		for (const [column, given] of Object.entries(values as Fields)) {
			const value: unknown = isLocator(given) ? given.value : given;
			if (value === undefined || value === '') continue;
			if (NO_KEYS.has(column.slice(prefix.length)) && column.startsWith(prefix)) throw unknownColumn(column);
			if (column.startsWith(prefix))
				changes.push([column.slice(prefix.length), asJson(value, this.timezone)]);
			else if (columns.has(column))
				fields.push([column, value === null ? null : this.convert(column, value)]);
			else if (!isAutomatic) throw unknownColumn(column);
			else if (!NO_KEYS.has(column)) candidates.push([column, asJson(value, this.timezone)]);
		}
		return {
			...Object.fromEntries(fields),
			...(changes.length > 0 && { customFieldChanges: Object.fromEntries(changes) }),
			...(candidates.length > 0 && { customFieldCandidates: Object.fromEntries(candidates) }),
		};
	}

	private convert(name: string, value: unknown): unknown {
		const facts = factsOfParameter(this.schema, name);
		const addressee = addresseeOf(facts);
		return addressee && isAddress(value)
			? this.addresses.idOf(addressee, name, value)
			: convertField(value, name, facts, this.timezone);
	}
}

/** Labels of a condition: one, as an expression gives it, or several. None at all is no condition. */
export function asLabels(value: unknown): unknown {
	if (Array.isArray(value) && value.length === 0) return undefined;
	return typeof value === 'string' ? [value] : value;
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function unknownColumn(column: string): ValidationError {
	return new ValidationError(
		'columns',
		`columns: there is no column "${column.slice(0, 40)}"`,
		'Remove it from the mapping, or refresh the list of columns in the node.',
	);
}
