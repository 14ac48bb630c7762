import { CommandFailedError } from '../terminal/failure';
/**
 * A PostgreSQL connection string as the variables that n8n reads.
 * @throws Error, without the address in it, when it is not one.
 */
export function parseDatabaseUrl(databaseUrl: string): Record<string, string> {
	const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
	if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2)
		throw new CommandFailedError(
			"n8n's database address is not of the form postgres://user:password@host:port/database",
		);
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: url.hostname.replace(/^\[|\]$/g, ''),
		DB_POSTGRESDB_PORT: url.port || '5432',
		DB_POSTGRESDB_DATABASE: decodeURIComponent(url.pathname.slice(1)),
		DB_POSTGRESDB_USER: decodeURIComponent(url.username),
		DB_POSTGRESDB_PASSWORD: decodeURIComponent(url.password),
		...sslVariables(url.searchParams.get('sslmode') ?? 'disable'),
	};
}

/** n8n takes any variable about TLS as a wish for TLS, so there is none when it is off. */
function sslVariables(mode: string): Record<string, string> {
	if (mode === 'disable' || mode === 'allow' || mode === 'prefer') return {};
	return {
		DB_POSTGRESDB_SSL_ENABLED: 'true',
		DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: String(mode !== 'require'),
	};
}
