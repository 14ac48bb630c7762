import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';

import { isConnectionCode, traitsOf } from '../../domain/errorCode';
import { CONNECTION_ERRORS, STATEMENT_ERRORS } from '../../domain/knownError';
import { isTlsCode, TLS_CODES } from '../../domain/tlsCode';

/** Of Node.js's resolver and of the database driver, which the operating system does not know. */
const OTHERS = [
	'ENOTFOUND',
	'EAI_AGAIN',
	'CONNECT_TIMEOUT',
	'CONNECTION_CLOSED',
	'CONNECTION_ENDED',
	'CONNECTION_DESTROYED',
];

describe('codes of errors', () => {
	it('are those of the operating system, of the driver, or SQLSTATEs', () => {
		for (const code of [...Object.keys(CONNECTION_ERRORS), ...Object.keys(STATEMENT_ERRORS)]) {
			const exists = code in constants.errno || OTHERS.includes(code) || /^[0-9][0-9A-Z]{4}$/.test(code);
			expect(exists, code).toBe(true);
		}
	});

	it.each([
		['DATABASE_28P01', { fault: 'configuration', canRetry: false, needsPerson: true }],
		['DATABASE_PERMISSION_DENIED', { fault: 'configuration', canRetry: false, needsPerson: true }],
		['ORGANIZATION_NOT_FOUND', { fault: 'configuration', canRetry: false, needsPerson: true }],
		['INVALID_VALUE', { fault: 'input', canRetry: false, needsPerson: true }],
		['23505', { fault: 'input', canRetry: false, needsPerson: true }],
		['DATABASE_ECONNREFUSED', { fault: 'service', canRetry: true, needsPerson: false }],
		['40P01', { fault: 'service', canRetry: true, needsPerson: false }],
		['57P01', { fault: 'service', canRetry: true, needsPerson: false }],
		['42601', { fault: 'program', canRetry: false, needsPerson: true }],
		['UNEXPECTED', { fault: 'program', canRetry: false, needsPerson: true }],
	])('%s says whose fault it is, and what helps', (code, traits) => {
		expect(traitsOf(code)).toMatchObject(traits);
	});

	it('about TLS all need a person: trying again mends no certificate', () => {
		for (const code of [...TLS_CODES, 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_OSSL_X509_KEY_VALUES_MISMATCH']) {
			expect(isTlsCode(code), code).toBe(true);
			expect(traitsOf(`DATABASE_${code}`), code).toMatchObject({ needsPerson: true, canRetry: false });
		}
		expect(isTlsCode('ECONNRESET')).toBe(false);
	});

	it('of a broken connection are told from those of a wrong login', () => {
		expect(['ECONNRESET', '57P01', '08006', 'CONNECTION_CLOSED', '53300'].every(isConnectionCode)).toBe(true);
		expect(['28P01', '42P01', '23505', 'EACCES', ''].some(isConnectionCode)).toBe(false);
	});
});
