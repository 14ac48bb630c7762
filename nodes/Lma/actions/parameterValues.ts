import { isDeepStrictEqual } from 'node:util';
import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { isLocator } from './convertField';
import { askN8n } from './itemError';
import { isRecord, type PlainValue, toPlainValue, UNKNOWN } from './plainValue';

interface Parameter {
	/** Null when n8n reads it for every item. */
	plain: PlainValue | null;
	/** What n8n gives for a fixed parameter, once it has been asked. */
	fixed?: { value: unknown };
	/** Whether n8n has given the same as `plain`. */
	isChecked: boolean;
}

/**
 * The values of a node's parameters, item by item, as n8n's `getNodeParameter` gives them.
 *
 * For thousands of items n8n is slow at this: it makes a world of its own for every expression. So a parameter without
 * expressions is asked for once, and one that merely names a field of the item (`{{ $json.email }}`) is read from the
 * item. n8n is asked as well for the first such item, and should it ever say something else, it is asked for all.
 */
export class ParameterValues {
	private readonly node: INode;
	private readonly items;
	private readonly parameters = new Map<string, Parameter>();

	constructor(private readonly context: IExecuteFunctions) {
		this.node = context.getNode();
		this.items = context.getInputData();
	}

	/** Whether the node has a top-level parameter: not one that its other parameters hide. */
	has(name: string): boolean {
		return this.node.parameters[name] !== undefined;
	}

	/** A top-level parameter. A resource locator gives what it holds, without its mode. */
	value(name: string, itemIndex: number): unknown {
		return this.read(
			this.find(name, this.node.parameters[name]),
			itemIndex,
			() => this.context.getNodeParameter(name, itemIndex, undefined, { extractValue: true }),
			true,
		);
	}

	/** A collection; `{}` when the node has none. Locators in it stay as they are. */
	collection(name: string, itemIndex: number): unknown {
		const raw = this.node.parameters[name];
		// Field by field when some of them are not plain: n8n is then asked for those alone.
		if (isRecord(raw) && !this.find(name, raw).plain && Object.keys(raw).every((key) => /^\w+$/.test(key))) {
			const fields = Object.entries(raw).map(([key, field]) => [
				key,
				this.field(`${name}.${key}`, itemIndex, field),
			]);
			return Object.fromEntries(fields);
		}
		return this.read(this.find(name, raw), itemIndex, () =>
			this.context.getNodeParameter(name, itemIndex, {}),
		);
	}

	/**
	 * What a resource mapper gives its columns, those that are left empty left out; with automatic mapping all fields of the
	 * item. n8n's own conversion is passed by: it makes 0 of an empty text, and reads dates in the server's time zone.
	 */
	mapping(name: string, itemIndex: number): { isAutomatic: boolean; values: unknown } {
		const raw = this.node.parameters[name];
		const mapper = isRecord(raw) ? raw : this.value(name, itemIndex);
		if (!isRecord(mapper)) return { isAutomatic: false, values: mapper ?? {} };
		if (mapper.mappingMode === 'autoMapInputData') {
			return { isAutomatic: true, values: this.items[itemIndex]?.json ?? {} };
		}
		const { value = null } = mapper;
		if (mapper !== raw || !isRecord(value)) return { isAutomatic: false, values: value ?? {} };
		const columns = Object.entries(value).filter(([, given]) => given !== null && given !== undefined);
		return {
			isAutomatic: false,
			values: Object.fromEntries(
				columns.map(([column, given]) => [column, this.column(name, column, itemIndex, given)]),
			),
		};
	}

	private column(name: string, column: string, itemIndex: number, raw: unknown): unknown {
		const options = { skipValidation: true };
		return this.read(this.find(`${name}.value.${column}`, raw), itemIndex, () => {
			if (/^[\w .-]+$/.test(column)) {
				return this.context.getNodeParameter(`${name}.value["${column}"]`, itemIndex, undefined, options);
			}
			// Not every key can be written as a path.
			const all: unknown = this.context.getNodeParameter(`${name}.value`, itemIndex, {}, options);
			return isRecord(all) ? all[column] : undefined;
		});
	}

	private field(path: string, itemIndex: number, raw: unknown): unknown {
		return this.read(this.find(path, raw), itemIndex, () =>
			this.context.getNodeParameter(path, itemIndex, undefined),
		);
	}

	private read(
		parameter: Parameter,
		itemIndex: number,
		question: () => unknown,
		isExtracted = false,
	): unknown {
		if (parameter.fixed) return parameter.fixed.value;
		const { plain } = parameter;
		if (plain?.isFixed) return (parameter.fixed = { value: askN8n(question) }).value;
		const item = this.items[itemIndex]?.json;
		const read = plain && item ? plain.read(item) : UNKNOWN;
		if (read === UNKNOWN) return askN8n(question);
		const value = isExtracted && isLocator(read) ? read.value : read;
		if (parameter.isChecked) return value;
		const given = askN8n(question);
		parameter.isChecked = isDeepStrictEqual(given, value);
		if (!parameter.isChecked) parameter.plain = null;
		return given;
	}

	private find(path: string, raw: unknown): Parameter {
		let parameter = this.parameters.get(path);
		if (!parameter) {
			parameter = { plain: raw === undefined ? null : toPlainValue(raw), isChecked: false };
			this.parameters.set(path, parameter);
		}
		return parameter;
	}
}
