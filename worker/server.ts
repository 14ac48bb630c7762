import { databaseLogin } from '../db/connection/databaseLogin';
import { codeOf, readField } from '../domain/error/errorCause';

/** What the worker cannot do without. */
export type Server = 'database' | 'queue';

/** Where the servers are; a queue without a Redis is in the database. */
export interface ServerUrls {
	databaseUrl?: string;
	redisUrl?: string;
}

/** Fit for a log: nothing secret. */
export interface ServerPlace {
	/** The variable that names the server. */
	setting: string;
	/** `host:port`. */
	at: string;
}

/** The reason where something else than Redis answers. */
export const NOT_REDIS = 'NOT_REDIS';

export function placesOf({ databaseUrl, redisUrl }: ServerUrls): Partial<Record<Server, ServerPlace>> {
	const database = databaseUrl === undefined ? undefined : placeOfDatabase(databaseUrl);
	const queue = redisUrl === undefined ? database : { setting: 'REDIS_URL', at: hostOf(redisUrl, '6379') };
	return { ...(database && { database }), ...(queue && { queue }) };
}

function placeOfDatabase(url: string): ServerPlace {
	const { host, port } = databaseLogin(url);
	return { setting: 'DATABASE_URL', at: `${host.includes(':') ? `[${host}]` : host}:${String(port)}` };
}

function hostOf(url: string, port: string): string {
	const given = new URL(url);
	return `${given.hostname}:${given.port || port}`;
}

/**
 * Why a server failed, in a word: messages of drivers hold hosts, users and sometimes URLs. Of what Redis refuses it is the
 * word that it begins with, such as `WRONGPASS`.
 */
export function reasonOf(error: unknown): string {
	const code = codeOf(error);
	if (code !== '') return code;
	const name = readField(error, 'name');
	const text = readField(error, 'message');
	const message = typeof text === 'string' ? text : '';
	// ioredis 6, of the first byte of an answer.
	if (/^(Unknown RESP type|Protocol error, got)/.test(message)) return NOT_REDIS;
	if (name === 'ReplyError') return /^[A-Z]{2,20}\b/.exec(message)?.[0] ?? name;
	return typeof name === 'string' ? name : 'unknown';
}

/** What to do about it. */
export function remedyOf(server: Server, reason: string, place?: ServerPlace): string {
	const isRedis = place?.setting === 'REDIS_URL';
	const setting = place?.setting ?? `the URL of the ${server}`;
	if (reason === NOT_REDIS) return `What answers there is not Redis: check host and port in ${setting}.`;
	if (/^(NOAUTH|WRONGPASS|NOPERM|28.{3})$/.test(reason)) return `Check user and password in ${setting}.`;
	const program = isRedis ? 'Redis' : 'PostgreSQL';
	return `Check host and port in ${setting}, and that ${program} is running; its log may say more.`;
}
