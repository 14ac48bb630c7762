import type { IExecuteFunctions } from 'n8n-workflow';

import { toLmaError } from '../../../db/connection/error/toLmaError';
import { LmaError } from '../../../domain/error/errors';
import { type LmaCredential, readCredential } from '../../credential/connection';
import { fromN8n } from './itemError';
import type { ChosenOperation } from './writeItems';

/** The node's credential, or why the operation cannot be run with it: the same for all items. */
export type OpenedCredential =
	{ credential: LmaCredential; error?: undefined } | { credential?: undefined; error: LmaError };

/** Reads the node's credential, before any parameter: with a read-only one, no operation that changes something gets further. */
export async function openCredential(
	context: IExecuteFunctions,
	chosen: ChosenOperation,
): Promise<OpenedCredential> {
	let data: unknown;
	try {
		data = await context.getCredentials('lmaApi');
	} catch (error) {
		return { error: fromN8n(error) };
	}
	try {
		const credential = readCredential(data);
		return credential.readOnly && chosen.operation.access === 'write'
			? { error: changesForbidden(chosen) }
			: { credential };
	} catch (error) {
		return { error: toLmaError(error) };
	}
}

function changesForbidden({ resource, name }: ChosenOperation): LmaError {
	return new LmaError(
		'READ_ONLY_CREDENTIAL',
		`${resource}.${name} changes data, and the LMA credential is read-only`,
		'Choose an operation that only reads, such as Get or Get Many, or another credential; or turn off Read-Only in this one.',
	);
}
