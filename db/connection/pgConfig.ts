import { Client, type ClientBase, type ClientConfig, DatabaseError } from 'pg';

import { type DatabaseLogin, tlsOptions } from './client';

export { Client, type ClientBase, DatabaseError };

/** How postgres.js takes `sslmode`, and libpq; the rest it takes for a wish to check the certificate. */
const UNCHECKED = new Set(['require', 'allow', 'prefer']);

/**
 * How `pg` connects with a login or a `postgresql://` URL: with TLS where `connect` would, and with the same checks.
 * For what postgres.js does not do: listening in a way that notices its end, sessions that run migrations, and BullMQ.
 *
 * Left alone, `pg` takes `sslmode=require` for verify-full and prints a warning (8.23; brianc/node-postgres#1884 and #2709),
 * and asks the environment where the URL says nothing. `prefer` encrypts: `pg` knows no second try without.
 */
export function pgConfig(databaseUrl: string): { connectionString: string };
export function pgConfig(login: DatabaseLogin | string): ClientConfig;
export function pgConfig(login: DatabaseLogin | string): ClientConfig {
	if (typeof login === 'string') return { connectionString: withTlsMode(login) };
	const { host, port, database, user, password } = login;
	return { host, port, database, user, password, ssl: tlsOptions(login) };
}

function withTlsMode(databaseUrl: string): string {
	if (!URL.canParse(databaseUrl)) return databaseUrl;
	const url = new URL(databaseUrl);
	const query = url.searchParams;
	const mode = query.get('sslmode') ?? query.get('ssl') ?? 'disable';
	query.delete('ssl');
	query.delete('uselibpqcompat');
	if (mode === 'disable' || mode === 'false') {
		query.set('sslmode', 'disable');
	} else if (UNCHECKED.has(mode)) {
		query.set('sslmode', 'require');
		// As libpq: encrypted, and any certificate will do.
		query.set('uselibpqcompat', 'true');
	} else {
		query.set('sslmode', 'verify-full');
	}
	return url.toString();
}
