import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import { parseDatabaseUrl } from '../../domain/database/databaseUrl';
import type { SslMode } from '../../domain/database/sslMode';
import { LmaError } from '../../domain/error/errors';

/** How to connect, for both drivers. */
export interface DatabaseLogin {
	/** A name, an address, or the folder of a socket, which begins with `/`. */
	host: string;
	port: number;
	database: string;
	user: string;
	password: string;
	/** `require` encrypts and trusts any certificate; `verify-full` also checks the chain and the host name. */
	ssl: SslMode;
	/** PEM; for `verify-full` with a CA the machine does not know. */
	caCertificate?: string;
	/** Seconds that connecting may take, where the URL says so. */
	connectTimeout?: number;
	/** What the server is told when a connection starts: `application_name`, `options`, `role`. */
	settings?: Record<string, string>;
	/** It was given as a URL, so that errors speak of its parameters instead of the credential's fields. */
	isOfUrl?: boolean;
}

/**
 * The login of a `postgresql://` URL, with the file of its `sslrootcert` read. Without a user it is that of this process, as
 * for libpq. Any other login stays as it is.
 * @throws LmaError INVALID_DATABASE_URL
 */
export function databaseLogin(login: DatabaseLogin | string): DatabaseLogin {
	if (typeof login !== 'string') return login;
	const { host, port, database, user, password, sslMode, sslRootCert, connectTimeout, settings } =
		parseDatabaseUrl(login);
	return {
		host,
		port,
		database,
		user: user ?? userInfo().username,
		password: password ?? '',
		ssl: sslMode,
		...(sslRootCert !== undefined && { caCertificate: readCertificate(sslRootCert) }),
		...(connectTimeout !== undefined && { connectTimeout }),
		settings,
		isOfUrl: true,
	};
}

function readCertificate(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new LmaError(
			'INVALID_DATABASE_URL',
			`The sslrootcert of the database URL, ${file}, cannot be read`,
			'Check the path and its permissions.',
			{ cause: error },
		);
	}
}

/** Where a login leads, for messages: nothing of it is secret. */
export function placeOf({ host, port, database, user }: DatabaseLogin): string {
	const address = host.includes(':') ? `[${host}]` : host;
	const server = host.startsWith('/') ? `socket in ${host}` : `${address}:${String(port)}`;
	return `database ${database} at ${server}, user ${user}`;
}
