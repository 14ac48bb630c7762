import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { isConnectionCode, isUnreached, traitsOf } from '../../../domain/error/errorCode';
import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { STATEMENT_ERRORS } from '../../../domain/error/statementCode';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';
import { CERTIFICATE_CODES, isTlsCode } from '../../../domain/error/tlsCode';

const root = join(__dirname, '../../..');

/** Of Node.js's resolver and of the database driver, which the operating system does not know. */
const OTHERS = [
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_FAIL',
	'EDQUOT',
	'EHOSTDOWN',
	'AUTH_TYPE_NOT_IMPLEMENTED',
	'SASL_SIGNATURE_MISMATCH',
	'CONNECT_TIMEOUT',
	'CONNECTION_CLOSED',
	'CONNECTION_ENDED',
	'CONNECTION_DESTROYED',
];

/** `X509Pointer::ErrorCode` of Node.js 24 (deps/ncrypto/ncrypto.cc). */
const OF_NODE = `
	UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE
	UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED
	CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD
	ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT
	SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG
	CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH
	UNSPECIFIED`.trim();

/** A code where an error of ours is made: `new LmaError('CODE'`, `super('CODE'`, `refuse('CODE'`. */
const GIVEN = /(?:new (?:Lma|Connection)Error|super|refuse)\(\s*'([A-Z][A-Z_]+)'/g;

const SOURCES = ['domain', 'db', 'n8n', 'schema', 'worker', 'nodes', 'cli'];

function listSources(): string[] {
	return SOURCES.flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => join(root, folder, file)),
	);
}

describe('codes of errors', () => {
	it('are those of the operating system, of the driver, or SQLSTATEs', () => {
		for (const code of [CONNECTION_ERRORS, STATEMENT_ERRORS, SYSTEM_ERRORS].flatMap(Object.keys)) {
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
		['53100', { fault: 'service', canRetry: true, needsPerson: true }],
		['57P04', { fault: 'configuration', canRetry: false, needsPerson: true }],
		['25P03', { fault: 'service', canRetry: true, needsPerson: false }],
		['ENOSPC', { fault: 'service', canRetry: true, needsPerson: true }],
		['DATABASE_EACCES', { fault: 'configuration', canRetry: false, needsPerson: true }],
		['UND_ERR_HEADERS_TIMEOUT', { fault: 'service', canRetry: true, needsPerson: false }],
		['22012', { fault: 'program', canRetry: false, needsPerson: true }],
		['DATABASE_22P02', { fault: 'program', canRetry: false, needsPerson: true }],
		['22003', { fault: 'input', canRetry: false, needsPerson: true }],
		['42601', { fault: 'program', canRetry: false, needsPerson: true }],
		['UNEXPECTED', { fault: 'program', canRetry: false, needsPerson: true }],
	])('%s says whose fault it is, and what helps', (code, traits) => {
		expect(traitsOf(code)).toMatchObject(traits);
	});

	it('are all known that our own errors are given by name', () => {
		const given = listSources().flatMap((file) => [...readFileSync(file, 'utf8').matchAll(GIVEN)]);
		const codes = new Set(given.map(([, code = '']) => code));
		expect(codes.size).toBeGreaterThan(40);
		for (const code of codes)
			if (code !== 'UNEXPECTED') expect(traitsOf(code).fault, code).not.toBe('program');
	});

	it('that nobody has heard of are our mistake, also those that every object has', () => {
		for (const code of [
			'constructor',
			'__proto__',
			'toString',
			'ERR_INVALID_ARG_TYPE',
			'UNDEFINED_VALUE',
			'',
		])
			expect(traitsOf(code), code).toMatchObject({ fault: 'program', canRetry: false, needsPerson: true });
		expect(isConnectionCode('constructor')).toBe(false);
	});

	it('tell whose row is missing from an organization that is missing', () => {
		expect(traitsOf('LEAD_NOT_FOUND').fault).toBe('input');
		expect(traitsOf('SCHEDULED_COMMUNICATION_NOT_FOUND').fault).toBe('input');
		expect(traitsOf('ORGANIZATION_NOT_FOUND').fault).toBe('configuration');
	});

	it('say for sure that nothing was sent, or do not', () => {
		const unreached = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'HOSTNAME_MISMATCH'];
		expect(unreached.filter((code) => !isUnreached(code))).toEqual([]);
		expect(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EPROTO', 'UND_ERR_SOCKET', ''].filter(isUnreached)).toEqual(
			[],
		);
	});

	it('of certificates are those that Node.js gives, and no others', () => {
		expect([...CERTIFICATE_CODES].sort()).toEqual(OF_NODE.split(/\s+/).sort());
	});

	it('about TLS all need a person: trying again mends no certificate', () => {
		const others = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'];
		const ofNode = ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_REQUIRED_SERVER_NAME'];
		for (const code of [...CERTIFICATE_CODES, ...others, ...ofNode]) {
			expect(isTlsCode(code), code).toBe(true);
			expect(traitsOf(`DATABASE_${code}`), code).toMatchObject({ needsPerson: true, canRetry: false });
		}
		expect(['ECONNRESET', 'ERR_OSSL_BAD_DECRYPT', 'ERR_OSSL_EVP_UNSUPPORTED'].some(isTlsCode)).toBe(false);
	});

	it('of a broken connection are told from those of a wrong login', () => {
		expect(['ECONNRESET', '57P01', '08006', 'CONNECTION_CLOSED', '53300'].every(isConnectionCode)).toBe(true);
		expect(['28P01', '42P01', '23505', 'EACCES', ''].some(isConnectionCode)).toBe(false);
	});
});
