import { expect, test } from 'vitest';

import { databaseVariables } from '../../../cli/n8n/databaseVariables';

test('every part of the address arrives, decoded', () => {
	expect(databaseVariables('postgresql://us%2Fer:p%40ss@[::1]/n8n%20db')).toEqual({
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '::1',
		DB_POSTGRESDB_PORT: '5432',
		DB_POSTGRESDB_DATABASE: 'n8n db',
		DB_POSTGRESDB_USER: 'us/er',
		DB_POSTGRESDB_PASSWORD: 'p@ss',
	});
});

test.each([
	['require', 'false'],
	['verify-full', 'true'],
])('sslmode=%s encrypts, and checks the certificate: %s', (mode, checks) => {
	expect(databaseVariables(`postgres://db.example/n8n?sslmode=${mode}`)).toMatchObject({
		DB_POSTGRESDB_SSL_ENABLED: 'true',
		DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: checks,
	});
});

test.each(['', 'db.example', 'mysql://u:secret@db.example/n8n', 'postgres://u:secret@db.example'])(
	'%s is refused without being repeated',
	(url) => {
		const parse = () => databaseVariables(url);
		expect(parse).toThrow(/^n8n's database URL (is not a PostgreSQL URL|names no database)/);
		expect(parse).not.toThrow(/secret@/);
	},
);
