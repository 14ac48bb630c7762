import fc from 'fast-check';
import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import pTimeout from 'p-timeout';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeConnections } from '../../../../nodes/credential/connection';
import type { Operation } from '../../../../nodes/Lma/actions/operation';
import { atFullSize } from '../../../setup/fullSize';
import { openLma, type LmaUnderTest } from '../lma';
import { MAPPED_FIELDS, parameterSets, type ParameterSet } from './parameterSet';
import { type Ids, resolve } from './reference';
import { runDirectly } from './runDirectly';
import { clear, fingerprint, stockUp } from './rows';
import { failedItems, faultsOf, faultsOfStop } from './verdict';

/** Parameter sets per operation; each run has the same, unless LMA_HOSTILE_SEED is another. */
const SETS = atFullSize(10_000, 300);
const SEED = Number(process.env.LMA_HOSTILE_SEED ?? 1);
const ITEMS_PER_EXECUTION = Math.min(SETS, 500);
/** One execution of so many goes through n8n's engine, with expressions and every way to deal with errors. */
const ENGINE_EVERY = 5;

/** So long may one execution of the node take; more is taken to hang. */
const LONGEST_MS = 60_000;

interface Named {
	resource: string;
	name: string;
	operation: Operation<unknown>;
}

/** Throws parameter sets at operations, in the engine and on a database. */
export function describeHostileParameters(operations: Named[]): void {
	let lma: LmaUnderTest;
	let theirs: Ids;
	beforeAll(async () => {
		lma = await openLma();
		theirs = await stockUp(lma.owner, lma.globex);
	});
	afterAll(async () => {
		await lma.close();
	});

	describe.each(operations.map((named) => [`${named.resource}.${named.name}`, named.operation] as const))(
		'%s',
		(title, operation) => {
			test(
				`answers each of ${String(SETS)} half-valid parameter sets with a row or an error that helps`,
				{ timeout: atFullSize(600_000, 120_000) },
				async () => {
					await clear(lma.owner, lma.acme);
					const batches = Math.ceil(SETS / ITEMS_PER_EXECUTION);
					for (let batch = 0; batch < batches; batch++) {
						await (batch % ENGINE_EVERY === 0
							? throughEngine(title, operation, batch)
							: directly(title, operation, batch));
					}
				},
			);
		},
	);

	test('no connection is left in a transaction, and none at all once the pool is closed', async () => {
		const connections = () => lma.owner<{ state: string }[]>`
			select state
			from pg_stat_activity
			where application_name = 'n8n-nodes-lma' and datname = current_database()`;
		const open = await connections();
		expect(open.length).toBeLessThanOrEqual(5);
		expect(open.filter(({ state }) => state !== 'idle')).toEqual([]);
		await Promise.all(Array.from({ length: 20 }, () => lma.output('report.organizationMetrics', {})));
		await closeConnections();
		await expect.poll(async () => (await connections()).length, { timeout: 5000 }).toBe(0);
	});

	async function directly(title: string, operation: Operation<unknown>, batch: number) {
		const sets = await resolved(operation.description, batch);
		const run = await inTime(runDirectly(lma.credential, title, sets));
		expect(faultsOf(title, sets, run).slice(0, 3)).toEqual([]);
	}

	async function throughEngine(title: string, operation: Operation<unknown>, batch: number) {
		const turn = batch / ENGINE_EVERY;
		const shown = windowed(operation.description, turn);
		const sets = await resolved(shown, batch);
		const style = turn % 2 === 0 ? 'computed' : 'plain';
		const parameters = expressionsFor(shown, style);
		const run = await inTime(execute(title, parameters, sets, 'continueErrorOutput'));
		expect(faultsOf(title, sets, run).slice(0, 3)).toEqual([]);
		await expectNothingOfTheFailed(title, parameters, sets, failedItems(run));
	}

	async function resolved(shown: INodeProperties[], batch: number): Promise<ParameterSet[]> {
		const ours = await stockUp(lma.owner, lma.acme);
		const sets = fc.sample(parameterSets(shown), {
			seed: SEED + batch,
			numRuns: ITEMS_PER_EXECUTION,
		});
		return sets.map(({ values, json, ...set }) => ({
			...set,
			values: resolve(values, ours, theirs) as IDataObject,
			json: resolve(json, ours, theirs) as IDataObject | undefined,
		}));
	}

	function execute(
		title: string,
		parameters: Record<string, unknown>,
		sets: ParameterSet[],
		onError: 'continueErrorOutput' | 'stopWorkflow',
	) {
		return lma.run(title, parameters as never, sets as unknown as IDataObject[], {
			onError,
			timezone: 'UTC',
		});
	}

	/** Items that fail leave nothing behind: alone with the error output on, and with all the others when it is off. */
	async function expectNothingOfTheFailed(
		title: string,
		parameters: Record<string, unknown>,
		sets: ParameterSet[],
		failed: number[],
	) {
		if (failed.length === 0) return;
		const before = await fingerprint(lma.owner);
		const stopped = await inTime(execute(title, parameters, sets, 'stopWorkflow'));
		expect(faultsOfStop(sets, stopped)).toEqual([]);
		expect(await fingerprint(lma.owner)).toBe(before);
		const alone = failed.map((index) => sets[index]).filter((set) => set !== undefined);
		const again = await inTime(execute(title, parameters, alone, 'continueErrorOutput'));
		// What failed for the state that a row was in may succeed now.
		if (failedItems(again).length === alone.length) expect(await fingerprint(lma.owner)).toBe(before);
	}
}

/** References to fields of the item, which the node reads by itself, or expressions that n8n has to evaluate. */
type Style = 'plain' | 'computed';

/** Fields of a collection that one execution has: expressions take most of the time, whether they give anything or not. */
const FIELDS_AT_ONCE = 5;

/** The same parameters with a few of the fields of each collection, other ones for every batch. */
function windowed(properties: INodeProperties[], batch: number): INodeProperties[] {
	return properties.map((property) => {
		const { type, options = [] } = property;
		if (type !== 'collection' || options.length <= FIELDS_AT_ONCE) return property;
		const from = (batch * FIELDS_AT_ONCE) % options.length;
		return { ...property, options: [...options, ...options].slice(from, from + FIELDS_AT_ONCE) };
	});
}

/** Entries of a group that may have several: as many as a set has at most. */
const MOST_ENTRIES = 2;

/**
 * A node's parameters that take their values from the item. n8n takes an expression for a parameter or for what is
 * inside a collection, never for a whole collection. One that is to fail for an item refers to a node that there is not.
 */
function expressionsFor(properties: INodeProperties[], style: Style): Record<string, unknown> {
	return Object.fromEntries(
		properties.map((property) => {
			const { name } = property;
			const value = `$json.values.${name}`;
			const failing = `$json.failing === '${name}' ? $('No such node').item.json.x`;
			const whole = style === 'plain' ? `={{ ${value} }}` : `={{ ${failing} : ${value} }}`;
			return [name, insideOf(property, value, style) ?? whole];
		}),
	);
}

function insideOf(
	{ type, options = [], typeOptions }: INodeProperties,
	value: string,
	style: Style,
): unknown {
	const each = (names: string[], from: string) =>
		Object.fromEntries(names.map((name) => [name, `={{ ${from}${style === 'plain' ? '.' : '?.'}${name} }}`]));
	if (type === 'resourceMapper') {
		return {
			mappingMode: 'defineBelow',
			value: each(MAPPED_FIELDS, `${value}?.value`),
			matchingColumns: [],
			schema: [],
		};
	}
	if (type === 'collection')
		return each(
			(options as INodeProperties[]).map(({ name }) => name),
			value,
		);
	if (type !== 'fixedCollection') return undefined;
	const groups = (options as INodePropertyCollection[]).map(({ name, values }) => {
		const names = values.map((inner) => inner.name);
		const entries = Array.from({ length: MOST_ENTRIES }, (_, n) =>
			each(names, `${value}?.${name}?.[${String(n)}]`),
		);
		return [name, typeOptions?.multipleValues ? entries : each(names, `${value}?.${name}`)] as const;
	});
	return Object.fromEntries(groups);
}

async function inTime<T>(running: Promise<T>): Promise<T> {
	return await pTimeout(running, { milliseconds: LONGEST_MS, message: 'The execution hangs' });
}
