import { isIP } from 'node:net';
import postgres from 'postgres';

import { type DatabaseLogin, databaseLogin } from './databaseLogin';
import { takeStrayRejections } from './strayRejection';

/** Connections to one database, as `connect` opens them. */
export type Pool = postgres.Sql;

/** What every query function takes first: a pool, or a transaction of one. */
export type Sql = postgres.ISql<Record<never, never>>;

/** A part of a statement, to be put into one. */
export type Fragment = postgres.Fragment;

/** A value that travels as JSON. */
export type JsonValue = postgres.JSONValue;

export interface PoolOptions {
	/** Most connections at once. Default 5. */
	max?: number;
	/** Shown in pg_stat_activity. Default `lma`. */
	applicationName?: string;
	/** Seconds until a connection attempt fails. Default 10. */
	connectTimeout?: number;
	/** Seconds until an idle connection is closed. Default 30. */
	idleTimeout?: number;
}

const logins = new WeakMap<object, DatabaseLogin>();

/**
 * Opens a lazy connection pool; nothing happens until the first query. Takes a login or a `postgresql://` URL, whose
 * parameters `parseDatabaseUrl` describes. Columns arrive in camelCase, timestamps as ISO 8601
 * strings in UTC, dates as `YYYY-MM-DD`, bigint and numeric as numbers, jsonb parsed.
 * @throws LmaError when the URL is wrong
 */
export function connect(given: DatabaseLogin | string, options: PoolOptions = {}): Pool {
	const login = databaseLogin(given);
	const pool = postgres({
		...addressOf(login),
		database: login.database,
		user: login.user,
		password: login.password,
		ssl: tlsOptions(login),
		max: options.max ?? 5,
		connect_timeout: login.connectTimeout ?? options.connectTimeout ?? 10,
		idle_timeout: options.idleTimeout ?? 30,
		onnotice: () => undefined,
		// Nothing else of our own: PgBouncer refuses start-up parameters that it does not know.
		connection: { application_name: options.applicationName ?? 'lma', ...login.settings },
		transform: { column: { from: postgres.toCamel } },
		types: COLUMN_TYPES,
	}) as unknown as Pool;
	logins.set(pool, login);
	return protectedFromStrays(pool);
}

/** With what a pool connects; undefined for anything else. */
export function loginOf(pool: Pool): DatabaseLogin | undefined {
	return logins.get(pool);
}

/** As lists, since the driver (3.4.9) takes the colons of an IPv6 address for one before a port; its types know no lists. */
function addressOf({ host, port }: DatabaseLogin): { path: string } | { host: string; port: number } {
	if (host.startsWith('/')) return { path: `${host}/.s.PGSQL.${String(port)}` };
	return { host: [host], port: [port] } as unknown as { host: string; port: number };
}

/** The pool, whose stray rejections end no process until it is closed. */
function protectedFromStrays(pool: Pool): Pool {
	const release = takeStrayRejections();
	const end = pool.end.bind(pool);
	pool.end = async (options) => {
		try {
			await end(options);
		} finally {
			release();
		}
	};
	return pool;
}

/** What `tls.connect` needs for this login; false when nothing is to be encrypted. */
export function tlsOptions({ ssl, caCertificate, host }: DatabaseLogin) {
	if (ssl === 'disable') return false;
	if (ssl === 'require') return { rejectUnauthorized: false };
	// An address is checked like a name, but may not be announced as one.
	const identity = isIP(host) ? { host } : { servername: host };
	return { rejectUnauthorized: true, ...identity, ...(caCertificate && { ca: caCertificate }) };
}

/** `2026-03-01 09:00:00.123456+00`, as servers in UTC write it: nearly every moment that there is. */
const IN_UTC = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?\+00$/;

const iso = (value: string) => {
	const [, day, time, fraction = ''] = IN_UTC.exec(value) ?? [];
	// As a Date would give it, which takes five times as long to make.
	if (day && time) return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
	const parsed = new Date(value);
	// 'infinity' and years past 275760 have no ISO form; they stay as PostgreSQL writes them.
	return Number.isNaN(parsed.getTime()) ? value : parsed.toISOString();
};

const fromDate = (value: Date | string) => (value instanceof Date ? value.toISOString() : value);

const COLUMN_TYPES = {
	timestamptz: { to: 1184, from: [1184], serialize: fromDate, parse: iso },
	timestamp: { to: 1114, from: [1114], serialize: fromDate, parse: (value: string) => iso(`${value}Z`) },
	date: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (value: string) => value },
	bigint: { to: 20, from: [20], serialize: String, parse: Number },
	numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
};
