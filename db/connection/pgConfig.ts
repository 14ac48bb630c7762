import { Client, type ClientBase, type ClientConfig, DatabaseError } from 'pg';

import { tlsOptions } from './client';
import { type DatabaseLogin, databaseLogin } from './databaseLogin';

export { Client, type ClientBase, DatabaseError };

/**
 * How `pg` connects with a login or a `postgresql://` URL: as `connect` would, with the same checks.
 * For what postgres.js does not do: listening in a way that notices its end, sessions that run migrations, and BullMQ.
 *
 * Never a connection string: `pg` takes `sslmode=require` for verify-full and prints a warning (8.23;
 * brianc/node-postgres#1884 and #2709), and asks the environment where the URL says nothing.
 * @throws LmaError when the URL is wrong
 */
export function pgConfig(given: DatabaseLogin | string) {
	const login = databaseLogin(given);
	const { host, port, database, user, password, connectTimeout, settings } = login;
	return {
		host,
		port,
		database,
		user,
		password,
		ssl: tlsOptions(login),
		...(connectTimeout !== undefined && { connectionTimeoutMillis: connectTimeout * 1000 }),
		...settings,
	} satisfies ClientConfig;
}
