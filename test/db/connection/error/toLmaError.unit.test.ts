import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod/v4';

import { asDatabaseError } from '../../../../db/connection/error/databaseOrigin';
import { isMistake, isTraced, toLmaError } from '../../../../db/connection/error/toLmaError';
import { within } from '../../../../db/connection/timeLimit';
import { traitsOf } from '../../../../domain/error/errorCode';
import { framesOf } from '../../../../domain/error/errorCause';
import { LmaError } from '../../../../domain/error/errors';

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

/** As postgres.js gives back what a statement failed with that it could not send. */
function ofDriver<Thrown extends Error>(error: Thrown): Thrown {
	return Object.defineProperties(error, { query: {}, parameters: {}, args: {}, types: {} });
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

	it.each(['22012', '22P02', '2202E', '22004'])(
		'takes SQLSTATE %s for a statement of ours that is wrong',
		(code) => {
			expect(toLmaError(ofServer({ code }))).toMatchObject({
				code: `DATABASE_${code}`,
				traits: { fault: 'program' },
			});
			expect(isMistake(ofServer({ code }))).toBe(true);
		},
	);

	it('takes a value that a column cannot hold for the value’s fault, and names the column', () => {
		const error = toLmaError(ofServer({ code: '22P02', column_name: 'score' }));
		expect(error).toMatchObject({ name: 'ValidationError', field: 'score', traits: { fault: 'input' } });
	});

	it.each(['42P01', '42703', '42883'])(
		'says of SQLSTATE %s that a migration helps, and keeps a trace',
		(code) => {
			const error = toLmaError(ofServer({ code }));
			expect(error).toMatchObject({ description: 'Run `lma migrate` on this database.' });
			expect(error.traits.fault).toBe('configuration');
			expect([isMistake(error), isTraced(error)]).toEqual([false, true]);
			expect(framesOf(error.cause)[0]).toContain('toLmaError.unit.test');
		},
	);

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

	it('tells a mistake of ours, which has to be found, from what others do', () => {
		const coded = (code: string) => Object.assign(new Error(code), { code });
		const mistakes = [new TypeError('x'), coded('ERR_INVALID_ARG_TYPE'), ofServer({ code: '42601' }), 'text'];
		expect(mistakes.filter((error) => !isMistake(error))).toEqual([]);
		const others = [
			coded('ECONNRESET'),
			ofServer({ code: '57P01' }),
			coded('ENOSPC'),
			AbortSignal.abort().reason,
		];
		expect(others.filter(isMistake)).toEqual([]);
	});

	it('calls no error of files an error of the database, and names the path', () => {
		const failed = (code: string) =>
			Object.assign(new Error(`${code}: open '/srv/x'`), { code, syscall: 'open', path: '/srv/x' });
		for (const thrown of [failed('ENOENT'), asDatabaseError(failed('ENOENT'))]) {
			expect(toLmaError(thrown)).toMatchObject({
				name: 'LmaError',
				code: 'ENOENT',
				message: 'A file or folder is missing: /srv/x (ENOENT)',
				traits: { fault: 'configuration' },
			});
		}
		for (const code of ['EISDIR', 'ENOTDIR', 'EACCES'])
			expect(toLmaError(failed(code))).toMatchObject({
				code,
				message: expect.stringContaining('/srv/x') as string,
				traits: { fault: 'configuration' },
			});
	});

	it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'CERT_HAS_EXPIRED', 'EPROTO', 'EMFILE'])(
		'says of %s that it was the database where that is sure, and nothing of one elsewhere',
		(code) => {
			const failed = () => Object.assign(new Error(code), { code, syscall: 'connect' });
			for (const thrown of [ofDriver(failed()), asDatabaseError(failed())]) {
				const error = toLmaError(thrown);
				expect(error).toMatchObject({ name: 'ConnectionError', code: `DATABASE_${code}` });
				expect(error.message).toMatch(/^Database: /);
			}
			const error = toLmaError(failed());
			expect(error.code).toBe(code);
			expect(error.message).toMatch(new RegExp(`^[A-Z].*\\(${code}\\)$`));
			expect(`${error.message} ${error.description}`).not.toMatch(
				/[Dd]atabase|PostgreSQL|PgBouncer|SSL mode/,
			);
			expect(error.traits).toEqual(traitsOf(`DATABASE_${code}`));
		},
	);

	it('knows the codes of the driver by themselves, and an answer that never came as nobody’s', async () => {
		const closed = Object.assign(new Error('x'), { code: 'CONNECTION_CLOSED' });
		expect(toLmaError(closed).message).toBe('Database: The connection was closed by the server');
		const late = await within(1, new Promise(() => undefined)).catch((error: unknown) => error);
		expect(toLmaError(late).message).toBe('The host did not answer in time (ETIMEDOUT)');
	});

	it('takes a secret that cannot be decrypted for no error of TLS', () => {
		const decryption = Object.assign(new Error('bad decrypt'), { code: 'ERR_OSSL_BAD_DECRYPT' });
		expect(toLmaError(decryption).message).not.toMatch(/TLS|Database/);
	});

	it('says what this machine refuses, and whether that was a connection to the database', () => {
		const refused = (code: string, syscall: string) =>
			toLmaError(ofDriver(Object.assign(new Error(`${code}, ${syscall} '/root/x'`), { code, syscall })));
		expect(refused('ENOSPC', 'write')).toMatchObject({ code: 'ENOSPC', traits: { needsPerson: true } });
		expect(refused('EACCES', 'open')).toMatchObject({ code: 'EACCES', traits: { fault: 'configuration' } });
		expect(refused('EMFILE', 'open').message).toBe('Too many files and connections are open (EMFILE)');
		expect(refused('EMFILE', 'connect')).toMatchObject({ code: 'DATABASE_EMFILE', name: 'ConnectionError' });
		expect(refused('ENOENT', 'connect')).toMatchObject({ code: 'DATABASE_ECONNREFUSED' });
	});

	it('tells a certificate that is not trusted from a port that speaks no TLS', () => {
		const said = (code: string) => toLmaError(ofDriver(Object.assign(new Error(code), { code }))).message;
		for (const code of ['UNSPECIFIED', 'UNABLE_TO_DECRYPT_CRL_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'])
			expect(said(code)).toContain('certificate was not accepted');
		for (const code of ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'ERR_TLS_REQUIRED_SERVER_NAME'])
			expect(said(code)).toContain('no TLS connection could be made');
	});

	it('calls a request that got no answer neither a mistake nor the database', () => {
		const socket = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
		for (const thrown of [socket, new TypeError('fetch failed', { cause: socket })]) {
			const error = toLmaError(thrown);
			expect(error).toMatchObject({ code: 'REQUEST_FAILED', traits: { fault: 'service', canRetry: true } });
			expect(error.message).toBe('A request over HTTP got no answer (UND_ERR_SOCKET)');
		}
	});

	it('takes of a host with several addresses the failure of one that was reached', () => {
		const failed = (code: string) => Object.assign(new Error(`connect ${code} ::1:1`), { code });
		const all = [failed('ENETUNREACH'), failed('ECONNREFUSED')];
		// As Node.js throws it, with the code of the first.
		const thrown = Object.assign(new AggregateError(all), { code: 'ENETUNREACH' });
		expect(toLmaError(thrown)).toMatchObject({ code: 'ECONNREFUSED' });
		expect(toLmaError(ofDriver(thrown))).toMatchObject({ code: 'DATABASE_ECONNREFUSED' });
		expect(toLmaError(ofDriver(new AggregateError([new AggregateError(all)])))).toMatchObject({
			code: 'DATABASE_ECONNREFUSED',
		});
		expect(toLmaError(ofDriver(new AggregateError([failed('ENETUNREACH')])))).toMatchObject({
			code: 'DATABASE_ENETUNREACH',
		});
	});

	it('gets no value into what it keeps of stored data that is not as it should be', () => {
		const stored = { email: SECRET, [`${SECRET}@example.com`]: 1 };
		const thrown: unknown[] = [];
		const strict = z.strictObject({ email: z.string().refine(() => false, `"${SECRET}" is taken`) });
		for (const read of [() => strict.parse(stored), () => JSON.parse(`${SECRET} of a lead`) as unknown]) {
			try {
				read();
			} catch (error) {
				thrown.push(error);
			}
		}
		expect(thrown).toHaveLength(2);
		for (const error of thrown.map(toLmaError)) {
			expect(error).toMatchObject({ code: 'UNEXPECTED' });
			expect(framesOf(error.cause).join()).toContain('toLmaError.unit.test');
			expect(`${error.message} ${(error.cause as Error).message}`).not.toContain(SECRET);
		}
		expect((toLmaError(thrown[0]).cause as Error).message).toContain('email (custom)');
	});

	it.each([
		['23505', 'ALREADY_EXISTS'],
		['22P02', 'DATABASE_22P02'],
		['22003', 'INVALID_VALUE'],
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
