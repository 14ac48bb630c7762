import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	Logger,
} from 'n8n-workflow';
import { describe, expect, test } from 'vitest';
import { z } from 'zod/v4';

import { toLmaError } from '../../db/connection/error/toLmaError';
import { framesOf } from '../../domain/error/errorCause';
import { type LmaError, NotFoundError } from '../../domain/error/errors';
import type { Operation } from '../../nodes/Lma/actions/operation';
import type { ItemParameters } from '../../nodes/Lma/actions/itemParameters';
import { readItems } from '../../nodes/Lma/actions/readItems';
import type { LmaCredential } from '../../nodes/credential/connection';
import { lmaApiTest } from '../../nodes/credential/credentialTest';
import { searchLeads } from '../../nodes/Lma/methods/listSearch';
import { logMistakes } from '../../nodes/logMistakes';

test('a mistake of LMA leaves its stack in the log of n8n, once, and nothing else does', () => {
	const lines: [string, unknown][] = [];
	const logger = { error: (message: string, data: unknown) => void lines.push([message, data]) };
	const mistake = toLmaError(new TypeError("Cannot read 'x' of ada@example.com"));
	logMistakes(logger as unknown as Logger, [mistake, new NotFoundError('Lead', 5), mistake]);
	expect(lines).toHaveLength(1);
	const written = JSON.stringify(lines);
	expect(written).toContain('logMistakes.unit.test');
	expect(written).not.toContain('ada@example.com');
});

test('a column that is missing, which a migration or we must mend, leaves its stack, too', () => {
	const lines: unknown[] = [];
	const logger = { error: (...line: unknown[]) => void lines.push(line) };
	const missing = Object.assign(new Error('column "ada" does not exist'), {
		code: '42703',
		severity: 'ERROR',
	});
	logMistakes(logger as unknown as Logger, [toLmaError(missing)]);
	expect(lines).toHaveLength(1);
	expect(JSON.stringify(lines)).toContain('logMistakes.unit.test');
	expect(JSON.stringify(lines)).not.toContain('ada');
});

describe('what is thrown while the parameters of an item are read', () => {
	/** The error of an item whose operation reads its parameters so. */
	async function errorOf(read: (parameters: ItemParameters) => unknown): Promise<LmaError | undefined> {
		const context = {
			getTimezone: () => 'UTC',
			getInputData: () => [{ json: {} }],
			getNode: () => ({ parameters: { email: '={{ nonsense( }}' } }),
			getNodeParameter: () => {
				throw new TypeError('Invalid expression');
			},
			continueOnFail: () => true,
		} as unknown as IExecuteFunctions;
		const operation = { read, schema: z.object({}) } as unknown as Operation<unknown>;
		const chosen = { resource: 'lead', name: 'create', operation };
		const [reading] = await readItems(context, {} as LmaCredential, chosen);
		return reading?.result?.error;
	}

	test('by us is our mistake, with its stack and without the value', async () => {
		const error = await errorOf(() => {
			throw new TypeError('Ada Lovelace is not a function');
		});
		expect(error).toMatchObject({ code: 'UNEXPECTED', traits: { fault: 'program' } });
		expect(error?.message).not.toContain('Ada');
		expect(framesOf(error?.cause).join()).toContain('logMistakes.unit.test');
	});

	test('by n8n is said in its words', async () => {
		const error = await errorOf((parameters) => parameters.field('email'));
		expect(error).toMatchObject({ code: 'INVALID_PARAMETER', message: 'Invalid expression' });
	});
});

test.each([
	['a list in the editor', (context: unknown) => searchLeads.call(context as ILoadOptionsFunctions)],
	[
		'the test of a credential',
		(context: unknown) => lmaApiTest.call(context as ICredentialTestFunctions, credential),
	],
])('a mistake behind %s leaves its stack in the log of n8n', async (_what, call) => {
	const lines: unknown[] = [];
	const context = {
		logger: { error: (...line: unknown[]) => void lines.push(line) },
		getNode: () => ({ name: 'LMA' }),
		getCredentials: () => Promise.resolve(credential.data),
	};
	await call(context).catch(() => undefined);
	expect(lines).toHaveLength(1);
	expect(JSON.stringify(lines)).toContain('logMistakes.unit.test');
});

/** A credential that cannot be read for a reason that nobody thought of. */
const credential = {
	data: {
		get host(): string {
			throw new TypeError('no host');
		},
	},
} as unknown as ICredentialsDecrypted;
