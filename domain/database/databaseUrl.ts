import { LmaError } from '../error/errors';
import { type DatabaseUrlParameters, readParameters } from './urlParameters';
import { decodePart, splitDatabaseUrl } from './urlParts';
import { UrlProblem } from './urlProblem';

/** What a `postgresql://` URL says, decoded; no part of it is looked up or read. */
export interface DatabaseUrl extends DatabaseUrlParameters {
	/** A name, an address without brackets, or the folder of a socket, which begins with `/`. */
	host: string;
	/** Default 5432. */
	port: number;
	database: string;
	user?: string;
	password?: string;
}

/** How a URL should look; for messages. */
export const DATABASE_URL_EXAMPLE = 'postgres://user:password@host:5432/database';

/**
 * Reads a `postgresql://` URL as libpq does (https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS), once
 * for both drivers: what one of them would take and the other not is refused, and so is every parameter that none knows.
 * `name` is what the message calls it, such as the variable.
 * @throws LmaError INVALID_DATABASE_URL, which repeats no part of the URL that may be secret
 */
export function parseDatabaseUrl(text: string, name = 'The database URL'): DatabaseUrl {
	try {
		return read(text);
	} catch (error) {
		if (!(error instanceof UrlProblem)) throw error;
		throw new LmaError('INVALID_DATABASE_URL', `${name} ${error.message}`, error.remedy);
	}
}

/** What is wrong with a URL and what to do, to be read after its name; undefined when nothing is. */
export function findDatabaseUrlProblem(text: string): string | undefined {
	try {
		read(text);
		return undefined;
	} catch (error) {
		if (error instanceof UrlProblem) return `${error.message}. ${error.remedy}`;
		throw error;
	}
}

function read(text: string): DatabaseUrl {
	const parts = splitDatabaseUrl(text);
	const { host: folder, port: portOfQuery, ...parameters } = readParameters(parts.query);
	if (parts.host !== '' && folder !== undefined)
		throw new UrlProblem('names a host twice, before the path and as a parameter', 'Leave one of them out.');
	const host = folder ?? decodePart(parts.host);
	if (host === '')
		throw new UrlProblem('names no host', 'Write one, such as localhost, or ?host=/var/run/postgresql.');
	if (host.includes(','))
		throw new UrlProblem('names several hosts', 'Name the one that takes writes: LMA connects to no other.');
	const database = decodePart(parts.database);
	if (database === '') throw new UrlProblem('names no database', `It looks like ${DATABASE_URL_EXAMPLE}.`);
	return {
		host,
		port: readPort(parts.port ?? portOfQuery),
		database,
		...(parts.user && { user: decodePart(parts.user) }),
		...(parts.password && { password: decodePart(parts.password) }),
		...parameters,
	};
}

function readPort(text: string | undefined): number {
	if (text === undefined || text === '') return 5432;
	if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
	throw new UrlProblem(
		'has something else than a port number from 1 to 65535 after its host',
		'If it is part of the password, percent-encode what is no letter or digit in user and password.',
	);
}

/** A URL that says what `changes` say, and else the same. */
export function changeDatabaseUrl(text: string, changes: Partial<DatabaseUrl>): string {
	const { host, port, database, user, password, sslMode, sslRootCert, connectTimeout, settings } = {
		...parseDatabaseUrl(text),
		...changes,
	};
	const login = user === undefined ? '' : `${encodeURIComponent(user)}${secretPart(password)}@`;
	const address = host.includes(':')
		? `[${encodeURIComponent(host).replaceAll('%3A', ':')}]`
		: encodeURIComponent(host);
	const query = Object.entries({
		...(sslMode !== 'disable' && { sslmode: sslMode }),
		...(sslRootCert !== undefined && { sslrootcert: sslRootCert }),
		...(connectTimeout !== undefined && { connect_timeout: String(connectTimeout) }),
		...settings,
	}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
	const path = `${address}${port === 5432 ? '' : `:${String(port)}`}/${encodeURIComponent(database)}`;
	return `postgres://${login}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function secretPart(password: string | undefined): string {
	return password === undefined || password === '' ? '' : `:${encodeURIComponent(password)}`;
}
