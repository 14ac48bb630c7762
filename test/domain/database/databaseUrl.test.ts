import { expect, test } from 'vitest';

import {
	changeDatabaseUrl,
	findDatabaseUrlProblem,
	parseDatabaseUrl,
} from '../../../domain/database/databaseUrl';

test.each([
	['postgres://u:p@[2001:db8::5]/db', { host: '2001:db8::5', port: 5432 }],
	['postgresql://u:p@[::1]:5433/db', { host: '::1', port: 5433 }],
	['postgres://us%2Fer:p%40%23%25%2F@h/n8n%20db', { user: 'us/er', password: 'p@#%/', database: 'n8n db' }],
	['postgres://u:a:b@h/db', { password: 'a:b' }],
	['postgres://h/db', { host: 'h' }],
	['postgres:///lma?host=/var/run/postgresql&port=5433', { host: '/var/run/postgresql', port: 5433 }],
	['postgres://u@%2Fvar%2Frun%2Fpostgresql/lma', { host: '/var/run/postgresql', user: 'u' }],
	[
		'postgres://u@h/db?sslmode=verify-full&sslrootcert=/ca.pem',
		{ sslMode: 'verify-full', sslRootCert: '/ca.pem' },
	],
	['postgres://u@h/db?sslmode=verify-full&sslrootcert=system', { sslMode: 'verify-full' }],
	['postgres://u@h/db?sslmode=prefer&channel_binding=prefer', { sslMode: 'require' }],
	['postgres://u@h/db?connect_timeout=3', { connectTimeout: 3 }],
	[
		'postgres://u@h/db?application_name=a%20b&options=endpoint%3Dx',
		{ settings: { application_name: 'a b', options: 'endpoint=x' } },
	],
])('%s is read', (url, expected) => {
	expect(parseDatabaseUrl(url)).toMatchObject(expected);
	expect(parseDatabaseUrl(changeDatabaseUrl(url, {}))).toEqual(parseDatabaseUrl(url));
});

test.each([
	['postgres://u:secret@x@h/db', '"@" that is not percent-encoded', '%40'],
	['postgres://u:secret#x@h/db', '"#" that is not percent-encoded', '%23'],
	['postgres://u:123#x@h/db', '"#" that is not percent-encoded', '%23'],
	['postgres://u:secret%x@h/db', '"%" that is not percent-encoded', '%25'],
	['postgres://u:100%@h/db', '"%" that is not percent-encoded', '%25'],
	['postgres://u:secret/x@h/db', '"/" that is not percent-encoded', '%2F'],
	['postgres://u:123/x@h/db', '"/" that is not percent-encoded', '%2F'],
	['postgres://u:secret?x@h/db', '"?" that is not percent-encoded', '%3F'],
	['postgres://u:secret@h/d/b', '"/" that is not percent-encoded', '%2F'],
	['postgres://u:secret x@h/db', 'a space or a line break', '%20'],
	['postgres://u:secret%ff@h/db', 'not UTF-8', 'UTF-8'],
	['mysql://u:secret@h/db', 'is not a PostgreSQL URL', 'postgres://'],
	['h/db', 'is not a PostgreSQL URL', 'postgres://'],
	['postgres://u:secret@/db', 'names no host', 'localhost'],
	['postgres://u:secret@h', 'names no database', 'database'],
	['postgres://u:secret@h1,h2:5433/db', 'several hosts', 'takes writes'],
	['postgres://u:secret@h:x/db', 'port number', 'percent-encode'],
	['postgres://u:secret@h:0/db', 'port number', 'percent-encode'],
	['postgres://u:secret@2001:db8::5/db', 'more than one ":"', 'square brackets'],
	['postgres://u:secret@[h]/db', 'no IPv6 address', '[2001:db8::5]'],
	['postgres://u:secret@h/db?sslmode=banana', 'an sslmode that there is not', 'verify-full'],
	['postgres://u:secret@h/db?sslmode=require&sslrootcert=/ca.pem', 'checks no certificate', 'verify-full'],
	['postgres://u:secret@h/db?channel_binding=require', 'channel_binding=require', 'verify-full'],
	['postgres://u:secret@h/db?channel_binding=banana', 'a channel_binding that there is not', 'Leave it out'],
	['postgres://u:secret@h/db?sslcert=x', 'the parameter "sslcert"', 'Leave it out'],
	['postgres://u:secret@h/db?sslmode=require&sslmode=disable', 'twice', 'Leave one'],
	['postgres://u:secret@h/db?host=/tmp', 'a host twice', 'Leave one'],
	['postgres://u:secret@h/db?connect_timeout=soon', 'no number of seconds', '9999'],
])('%s is refused in words', (url, fact, remedy) => {
	const problem = findDatabaseUrlProblem(url) ?? '';
	expect(problem).toContain(fact);
	expect(problem).toContain(remedy);
	expect(problem).not.toContain('secret');
	expect(() => parseDatabaseUrl(url, 'DATABASE_URL')).toThrow(/^DATABASE_URL /);
});

test('another login, another database: the rest stays', () => {
	const url = 'postgres://u:p@[::1]:5433/db?sslmode=require&options=-c%20x%3Dy';
	expect(changeDatabaseUrl(url, { database: 'd/b', user: 'a', password: 'p@#' })).toBe(
		'postgres://a:p%40%23@[::1]:5433/d%2Fb?sslmode=require&options=-c%20x%3Dy',
	);
	expect(changeDatabaseUrl(url, { password: undefined })).not.toContain('p@');
});
