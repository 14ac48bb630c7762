import { parseDatabaseUrl } from '../../domain/database/databaseUrl';

/**
 * A PostgreSQL connection string as the variables that n8n reads.
 * @throws LmaError, without the address in it, when it is not one.
 */
export function databaseVariables(databaseUrl: string): Record<string, string> {
	const { host, port, database, user, password, sslMode, sslRootCert } = parseDatabaseUrl(
		databaseUrl,
		"n8n's database URL",
	);
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: host,
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_DATABASE: database,
		DB_POSTGRESDB_USER: user ?? '',
		DB_POSTGRESDB_PASSWORD: password ?? '',
		// n8n takes any variable about TLS as a wish for TLS, so there is none when it is off.
		...(sslMode !== 'disable' && {
			DB_POSTGRESDB_SSL_ENABLED: 'true',
			DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: String(sslMode !== 'require'),
		}),
		...(sslRootCert !== undefined && { DB_POSTGRESDB_SSL_CA_FILE: sslRootCert }),
	};
}
