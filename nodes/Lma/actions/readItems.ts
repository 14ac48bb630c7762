import type { IExecuteFunctions } from 'n8n-workflow';

import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { type LmaCredential, withConnection } from '../../credential/connection';
import { type AbsencePolicy, readAbsencePolicy, underPolicy } from './absencePolicy';
import { fromN8n, ItemError, withField } from './itemError';
import { ItemParameters } from './itemParameters';
import { LookUps } from './lookUps';
import { NotLookedUp } from './notLookedUp';
import type { Operation, Result } from './operation';
import { ParameterValues } from './parameterValues';
import type { ChosenOperation, ItemInput } from './writeItems';

/** What one item asks for; or its result, when it can be told from the parameters alone. */
export type Reading = { input: ItemInput; result?: undefined } | { input?: undefined; result: Result };

/**
 * Reads the parameters of all items. Leads and users named by e-mail address are looked up in one statement, and labels that
 * are no standard ones in another, in a transaction before the one that writes, when there are any.
 *
 * @throws ItemError for the first item that cannot be read, or LmaError, without *Continue On Fail* only
 */
export async function readItems(
	context: IExecuteFunctions,
	credential: LmaCredential,
	chosen: ChosenOperation,
): Promise<Reading[]> {
	const timezone = context.getTimezone();
	const values = new ParameterValues(context);
	const lookUps = new LookUps();
	const read = (index: number): Reading => {
		const parameters = new ItemParameters(values, index, timezone, lookUps, chosen.operation.schema);
		const reading = readItem(chosen, parameters, index);
		const { error } = reading.result ?? {};
		if (error && !isWaiting(reading) && !context.continueOnFail()) throw new ItemError(index, error);
		return reading;
	};
	let readings = context.getInputData().map((_item, index) => read(index));
	// As a rule once; an item that names both a lead and an owner stops at the first of them.
	while (lookUps.isWaiting) {
		const error = await lookUp(credential, lookUps);
		if (error && !context.continueOnFail()) throw error;
		if (error) return readings.map((reading) => (isWaiting(reading) ? { result: { error } } : reading));
		readings = readings.map((reading, index) => (isWaiting(reading) ? read(index) : reading));
	}
	return chosen.operation.load ? await loaded(context, chosen.operation, readings) : readings;
}

/** The readings with what their items hold besides parameters. */
async function loaded(
	context: IExecuteFunctions,
	operation: Operation<unknown>,
	readings: Reading[],
): Promise<Reading[]> {
	const complete: Reading[] = [];
	for (const [index, reading] of readings.entries()) {
		const result = reading.input ? await load(context, operation, index, reading.input) : reading;
		const { error } = result.result ?? {};
		if (error && !context.continueOnFail()) throw new ItemError(index, error);
		complete.push(result);
	}
	return complete;
}

async function load(
	context: IExecuteFunctions,
	operation: Operation<unknown>,
	index: number,
	item: ItemInput,
): Promise<Reading> {
	try {
		return { input: { ...item, input: await operation.load?.(context, index, item.input) } };
	} catch (error) {
		return { result: { error: fromN8n(error) } };
	}
}

function isWaiting({ result }: Reading): boolean {
	return result?.error instanceof NotLookedUp;
}

async function lookUp(credential: LmaCredential, lookUps: LookUps) {
	try {
		await withConnection(credential, (sql) =>
			inOrganization(sql, credential.organization, (tx) => lookUps.lookUp(tx), { readOnly: true }),
		);
		return undefined;
	} catch (error) {
		return toLmaError(error);
	}
}

function readItem(
	{ resource, operation }: ChosenOperation,
	parameters: ItemParameters,
	index: number,
): Reading {
	let policy: AbsencePolicy | undefined;
	try {
		policy = readAbsencePolicy(operation, parameters);
		const input = operation.read(parameters);
		const isSimplified = operation.simplify !== undefined && parameters.flag('simplify');
		return { input: { index, input, policy, isSimplified } };
	} catch (error) {
		const result = underPolicy({ error: toLmaError(error) }, resource, policy);
		return { result: result.error ? { error: withField(result.error, {}) } : result };
	}
}
