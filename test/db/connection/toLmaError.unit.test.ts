import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toLmaError } from '../../../db/connection/databaseError';
import { framesOf } from '../../../domain/errorCause';
import { LmaError } from '../../../domain/errors';

const SECRET = 'hunter2-secret';

function ofServer(fields: Record<string, unknown>): Error {
	return Object.assign(new Error(`Key (email)=(${SECRET}) already exists`), {
		name: 'PostgresError',
		severity: 'ERROR',
		detail: `Failing row contains (${SECRET})`,
		query: `select '${SECRET}'`,
		parameters: [SECRET],
		...fields,
	});
}

describe('toLmaError', () => {
	it('never throws, whatever was thrown', () => {
		const trap = new Proxy(
			{},
			{
				get: () => {
					throw new Error('no');
				},
			},
		);
		const cyclic: Error & { cause?: unknown } = new Error('round');
		cyclic.cause = cyclic;
		const strange = [
			trap,
			cyclic,
			Object.freeze(new Error('frozen')),
			Symbol('s'),
			10n,
			null,
			undefined,
			() => 1,
		];
		const anything = fc.oneof(
			fc.anything(),
			fc.constantFrom(...strange),
			fc.record({ code: fc.anything(), message: fc.anything(), errors: fc.anything(), name: fc.anything() }),
		);
		fc.assert(
			fc.property(anything, (thrown) => {
				const error = toLmaError(thrown);
				expect(error).toBeInstanceOf(LmaError);
				expect(error.message).not.toBe('');
				expect(error.description).not.toBe('');
				expect(['configuration', 'input', 'program', 'service']).toContain(error.traits.fault);
			}),
			{ numRuns: 2000 },
		);
	});

	it('says in words that something was aborted, whose code is a number', () => {
		const aborted = AbortSignal.abort().reason as DOMException;
		expect(aborted.code).toBe(20);
		expect(toLmaError(aborted)).toMatchObject({ code: 'ABORTED', traits: { canRetry: true } });
	});

	it('keeps where a mistake of ours came from, and calls it that', () => {
		const failed = (() => {
			try {
				return (undefined as unknown as { lead: string }).lead;
			} catch (error) {
				return toLmaError(error);
			}
		})() as LmaError;
		expect(failed).toMatchObject({ code: 'UNEXPECTED', traits: { fault: 'program' } });
		expect(failed.message).toContain('TypeError');
		expect(framesOf(failed.cause)[0]).toContain('toLmaError.unit.test');
	});

	it('calls no error of files an error of the database', () => {
		const missing = Object.assign(new Error("ENOENT: no such file, open '/root/x'"), { code: 'ENOENT' });
		expect(toLmaError(missing)).toMatchObject({ code: 'UNEXPECTED' });
		expect(toLmaError(missing).message).not.toMatch(/[Dd]atabase/);
	});

	it('takes the first failure where a host has several addresses', () => {
		const refused = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' });
		expect(toLmaError(new AggregateError([refused]))).toMatchObject({ code: 'DATABASE_ECONNREFUSED' });
	});

	it.each([
		['23505', 'ALREADY_EXISTS'],
		['22P02', 'INVALID_VALUE'],
		['42501', 'DATABASE_PERMISSION_DENIED'],
		['XX001', 'DATABASE_XX001'],
		['28P01', 'DATABASE_28P01'],
	])('keeps of SQLSTATE %s the code as cause, and no value of a row', (code, known) => {
		const error = toLmaError(ofServer({ code }));
		expect(error.code).toBe(known);
		expect(error.cause).toMatchObject({ code });
		const cause = error.cause as Error;
		const all = [
			error.message,
			error.description,
			error.stack,
			cause.message,
			cause.stack,
			JSON.stringify(cause),
		];
		expect(all.join()).not.toContain(SECRET);
		expect(JSON.stringify(error)).not.toContain('stack');
	});
});
