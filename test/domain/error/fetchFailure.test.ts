import { expect, it } from 'vitest';

import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { isUnreached } from '../../../domain/error/errorCode';
import { readFetchFailure } from '../../../domain/error/fetchFailure';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';

function failed(code: string, syscall?: string): Error {
	return Object.assign(new Error(code), { code, ...(syscall && { syscall }) });
}

function ofFetch(cause: Error): TypeError {
	return new TypeError('fetch failed', { cause });
}

it('a connection that never came about has sent nothing, whatever its code', () => {
	for (const code of [...Object.keys(CONNECTION_ERRORS), ...Object.keys(SYSTEM_ERRORS)])
		expect(readFetchFailure(ofFetch(failed(code, 'connect'))), code).toEqual({ code, wasNeverSent: true });
});

it('a connection that broke may have sent everything, whatever its code', () => {
	for (const syscall of ['read', 'write'])
		for (const code of [...Object.keys(CONNECTION_ERRORS), ...Object.keys(SYSTEM_ERRORS)])
			expect(readFetchFailure(ofFetch(failed(code, syscall))).wasNeverSent, code).toBe(false);
});

it('of several addresses none may have been reached', () => {
	const refused = failed('ECONNREFUSED', 'connect');
	const all = (...errors: Error[]) => readFetchFailure(ofFetch(new AggregateError(errors)));
	expect(all(failed('ETIMEDOUT', 'connect'), refused)).toEqual({ code: 'ETIMEDOUT', wasNeverSent: true });
	expect(all(refused, failed('ECONNRESET', 'read')).wasNeverSent).toBe(false);
});

it('what has no code goes by its name, and nobody knows', () => {
	const timeout = new DOMException('took too long', 'TimeoutError');
	expect(readFetchFailure(timeout)).toEqual({ code: 'TimeoutError', wasNeverSent: false });
	expect(readFetchFailure(undefined)).toEqual({ code: 'unknown', wasNeverSent: false });
});

it('a port that fetch refuses is not even tried', async () => {
	const thrown = await fetch('http://127.0.0.1:25/').catch((error: unknown) => error);
	expect(readFetchFailure(thrown)).toEqual({ code: 'bad port', wasNeverSent: true });
});

it('no error of TLS that may come in the middle of an answer counts as never sent', () => {
	const before = [
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
		'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
		'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
	];
	const during = [
		'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
		'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
		'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
		'ERR_TLS_SESSION_ATTACK',
		'ERR_OSSL_BAD_DECRYPT',
	];
	expect(before.filter((code) => !isUnreached(code))).toEqual([]);
	expect(during.filter(isUnreached)).toEqual([]);
});
