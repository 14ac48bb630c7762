import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { NodeRun } from '../../../engine/engine';
import { deviation, givesMany } from '../promisedShape';
import type { ParameterSet } from './parameterSet';
import { THEIR_SECRET } from './rows';

/** Words of PostgreSQL, of its driver and of JavaScript, which say nothing to who builds a workflow. */
const RAW =
	/invalid input syntax|violates|syntax error at|out of range for type|duplicate key|current transaction|PostgresError|TypeError|ZodError|RangeError|call stack|serialize a BigInt|circular|undefined is not|is not a function|is not iterable|Cannot (read|convert|set|destructure)|reading '|\bat .+:\d+:\d+|\[object Object\]|SQLSTATE|could not serialize|permission denied|[Uu]nexpected|Invalid input|expected \w+, received|too_small|Unrecognized/;

/** Codes that mean that nobody thought of it. */
const UNFORESEEN = /^(UNEXPECTED|DATABASE_.*)$/;

const LONGEST_MESSAGE = 700;

/** What is wrong with how an operation took a batch with the error output on; empty when all is well. */
export function faultsOf(
	title: string,
	sets: readonly ParameterSet[],
	{ outputs, error }: Pick<NodeRun, 'outputs' | 'error'>,
): string[] {
	if (error) return [`The execution failed: ${error.message}`];
	const [rows = [], errors = []] = outputs;
	const faults = [
		...rows.flatMap((item) => labelled(sets, item, faultOfRow(title, item))),
		...errors.flatMap((item) => labelled(sets, item, faultOfErrorItem(item))),
	];
	const answered = new Set([...rows, ...errors].map(indexOf));
	const unanswered = sets.flatMap((set, index) =>
		answered.has(index) || mayGiveNothing(title, set)
			? []
			: [describeFault(index, set, 'gives neither row nor error')],
	);
	const inBoth = new Set(rows.map(indexOf));
	const doubled = errors
		.filter((item) => inBoth.has(indexOf(item)))
		.flatMap((item) => labelled(sets, item, 'gives a row and an error'));
	return [...faults, ...unanswered, ...doubled];
}

/** What is wrong with the error that stopped the node; empty when all is well. */
export function faultsOfStop(sets: readonly ParameterSet[], { outputs, error }: NodeRun): string[] {
	if (!error) return ['The node should have stopped'];
	const index = error.context?.itemIndex;
	if (typeof index !== 'number') return [`The error names no item: ${error.message}`];
	const fault =
		error.name !== 'NodeOperationError'
			? `is a ${String(error.name)}`
			: sets.length > 1 && !error.description?.includes(`item ${String(index)} of ${String(sets.length)}`)
				? `does not say which item: ${error.description ?? ''}`
				: outputs.flat().length > 0
					? 'stops with items in the output'
					: faultOfText(error.message, error.description ?? '');
	const set = sets[index];
	return fault === undefined || !set ? [] : [describeFault(index, set, fault)];
}

/** The input items that ended as errors. */
export function failedItems({ outputs }: NodeRun): number[] {
	return [...new Set((outputs[1] ?? []).map(indexOf))].sort((a, b) => a - b);
}

function indexOf({ pairedItem }: INodeExecutionData): number {
	return typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : -1;
}

function faultOfRow(title: string, { json }: INodeExecutionData): string | undefined {
	const written = JSON.stringify(json);
	if (written.includes(THEIR_SECRET)) return 'shows a row of another organization';
	if (Object.getPrototypeOf(json) !== Object.prototype) return 'gives a row with another prototype';
	const deviates = deviation(title, json);
	if (deviates !== undefined) return deviates;
	const stray = Object.entries(json).find(([, value]) => !isPlain(value));
	return stray && `gives ${stray[0]} as ${typeof stray[1]}, which is no JSON`;
}

function isPlain(value: unknown): boolean {
	if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return false;
	if (typeof value !== 'object' || value === null)
		return ['string', 'number', 'boolean', 'object'].includes(typeof value);
	return (
		Array.isArray(value) ||
		Object.getPrototypeOf(value) === Object.prototype ||
		Object.getPrototypeOf(value) === null
	);
}

function faultOfErrorItem(item: INodeExecutionData): string | undefined {
	const { error, details } = item.json as { error?: unknown; details?: IDataObject };
	if (typeof error !== 'string' || !details) return 'gives an error item without error and details';
	const { code, remedy } = details as { code?: unknown; remedy?: unknown };
	if (typeof code !== 'string' || UNFORESEEN.test(code)) return `has the code ${String(code)}: ${error}`;
	return faultOfText(error, typeof remedy === 'string' ? remedy : '');
}

function faultOfText(message: string, remedy: string): string | undefined {
	if (message.length > LONGEST_MESSAGE) return `has a message of ${String(message.length)} characters`;
	if (RAW.test(message)) return `speaks as a program: ${message}`;
	if (message.includes(THEIR_SECRET)) return 'tells of another organization';
	// Of several wrong fields each has its own, after its name.
	return /^(.{1,90}?: )?\p{Lu}.{8,}[.…]$/su.test(remedy)
		? undefined
		: `has no remedy: ${message} | ${remedy}`;
}

/** A list that nothing matches, or a record that is not there and whose absence was chosen to be skipped. */
function mayGiveNothing(title: string, { values }: ParameterSet): boolean {
	if (givesMany(title)) return true;
	const { options } = values;
	return (
		typeof options === 'object' &&
		options !== null &&
		'ifNotFound' in options &&
		options.ifNotFound === 'skip'
	);
}

function labelled(
	sets: readonly ParameterSet[],
	item: INodeExecutionData,
	fault: string | undefined,
): string[] {
	const index = indexOf(item);
	const set = sets[index];
	if (!set) return [`An output item is paired with item ${String(index)}, which there is not`];
	return fault === undefined ? [] : [describeFault(index, set, fault)];
}

function describeFault(index: number, set: ParameterSet, fault: string): string {
	const shown = JSON.stringify(set, (_key, value: unknown) =>
		typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
			? String(value)
			: value,
	);
	return `Item ${String(index)} ${fault}\n  with ${shown.slice(0, 1500)}`;
}
