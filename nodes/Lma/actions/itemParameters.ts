import type { z } from 'zod/v4';

import { ValidationError } from '../../../domain/error/errors';
import type { DateRules } from '../../../domain/input/dateTime';
import { parseInput } from '../../../domain/input/parseInput';
import { Unreadable } from '../../../domain/input/unreadable';
import { asJson } from '../instant';
import { addresseeOf, isAddress } from './addressBook';
import { convertField, isLocator } from './convertField';
import {
	factsOfParameter,
	type FlagParameter,
	flagSchemas,
	type RowParameter,
	rowSchemas,
} from './commonParameters';
import type { LookUps } from './lookUps';
import type { ParameterValues } from './parameterValues';
import { isRecord } from './plainValue';

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
		/** Knows the leads and users that are given by e-mail address, and the organization's labels. */
		private readonly lookUps: LookUps,
		/** Says how the operation's own fields are converted. */
		private readonly schema?: z.ZodType,
	) {}

	/** A top-level parameter, or undefined when it is empty. Resource locators give the id. */
	field(name: string): unknown {
		const value = this.values.value(name, this.itemIndex);
		return isEmpty(value) ? undefined : this.convert(name, value);
	}

	/** How dates are read: in the workflow's zone, in the order of the option *Date Locale* where the operation has it. */
	get dateRules(): DateRules {
		const options = this.values.collection('options', this.itemIndex);
		const locale = isRecord(options) ? options.dateLocale : undefined;
		return { zone: this.timezone, locale: typeof locale === 'string' && locale !== '' ? locale : undefined };
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

	/** Several top-level parameters by name. What cannot be converted is `Unreadable`: `parseInput` tells of it with all else. */
	fieldsOf(...names: string[]): Fields {
		return Object.fromEntries(
			names.map((name) => {
				const value = this.values.value(name, this.itemIndex);
				return [name, isEmpty(value) ? undefined : this.tryConvert(name, value)];
			}),
		);
	}

	/** Several top-level parameters by name, which the node has only for some of its other values; without the empty ones. */
	shownFieldsOf(...names: string[]): Fields {
		const shown = this.fieldsOf(...names.filter((name) => this.values.has(name)));
		return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
	}

	/**
	 * The fields of a collection that are filled in; what cannot be converted is `Unreadable`. With `keepNull`, a field that
	 * is null stays: it clears.
	 */
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
			else if (!isEmpty(value)) converted.push([name, this.tryConvert(name, value)]);
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
				fields.push([column, value === null ? null : this.tryConvert(column, value)]);
			else if (!isAutomatic) throw unknownColumn(column);
			else if (!NO_KEYS.has(column)) candidates.push([column, asJson(value, this.timezone)]);
		}
		return {
			...Object.fromEntries(fields),
			...(changes.length > 0 && { customFieldChanges: Object.fromEntries(changes) }),
			...(candidates.length > 0 && { customFieldCandidates: Object.fromEntries(candidates) }),
		};
	}

	/** An address that has yet to be looked up stops the reading, as before. */
	private tryConvert(name: string, value: unknown): unknown {
		try {
			return this.convert(name, value);
		} catch (error) {
			return unreadable(error, value);
		}
	}

	private convert(name: string, value: unknown): unknown {
		const facts = factsOfParameter(this.schema, name);
		const addressee = addresseeOf(facts);
		if (addressee && isAddress(value)) return this.lookUps.addresses.idOf(addressee, name, value);
		const meant = facts.labels ? this.lookUps.labels.valueOf(facts.labels, name, value) : value;
		return convertField(meant, name, facts, this.dateRules);
	}
}

/** Labels of a condition: one, as an expression gives it, or several, also with commas. None at all is no condition. */
export function asLabels(value: unknown): unknown {
	if (Array.isArray(value) && value.length === 0) return undefined;
	return typeof value === 'string' ? value.split(',').map((label) => label.trim()) : value;
}

/** @throws whatever is no fault of the value */
function unreadable(error: unknown, value: unknown): Unreadable {
	const [problem] = error instanceof ValidationError ? error.problems : [];
	if (!problem) throw error;
	return new Unreadable(problem, value);
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
