import { createHash } from 'node:crypto';
import { z } from 'zod/v4';

import { connect, type Pool } from '../../db/connection/client';
import type { DatabaseLogin } from '../../db/connection/databaseLogin';
import { ValidationError } from '../../domain/error/errors';

/** Most connections n8n opens per credential and process, whatever the number of executions. */
const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_SECONDS = 10;
const IDLE_MS = 60_000;

const credentialSchema = z.object({
	host: z.string().trim().min(1, 'is empty'),
	port: z.coerce
		.number('is not a number')
		.int('is not a whole number')
		.min(1, 'is below 1')
		.max(65535, 'is above 65535'),
	database: z.string().trim().min(1, 'is empty'),
	user: z.string().trim().min(1, 'is empty'),
	password: z.string().default(''),
	ssl: z.enum(['disable', 'require', 'verify-full'], 'must be disable, require or verify-full'),
	caCertificate: z.string().default('').transform(toPem),
	organization: z.string().trim().min(1, 'is empty'),
	readOnly: z
		.union([z.boolean(), z.enum(['true', 'false'])], 'is neither true nor false')
		.default(false)
		.transform((value) => value === true || value === 'true'),
});

/** The data of an `lmaApi` credential: a database login, an organization's slug, and whether it may only look. */
export type LmaCredential = DatabaseLogin & { organization: string; readOnly: boolean };

/**
 * Checks the data of an `lmaApi` credential.
 *
 * @throws ValidationError that names the field; it never repeats a value
 */
export function readCredential(data: unknown): LmaCredential {
	const parsed = credentialSchema.safeParse(data);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const field = String(issue?.path[0] ?? 'credential');
	throw new ValidationError(
		field,
		`The field "${field}" of the LMA credential ${issue?.message ?? 'is wrong'}`,
		'Open the credential and fill it in.',
	);
}

interface SharedPool {
	sql: Pool;
	users: number;
	closing?: NodeJS.Timeout;
}

const pools = new Map<string, SharedPool>();

/**
 * Runs `work` with the pool of this credential. All executions in a process share one pool per credential; it is
 * closed a minute after its last use, and a changed credential gets a new one.
 */
export async function withConnection<T>(
	credential: LmaCredential,
	work: (sql: Pool) => Promise<T>,
): Promise<T> {
	const key = keyOf(credential);
	const pool = pools.get(key) ?? open(key, credential);
	clearTimeout(pool.closing);
	pool.users += 1;
	try {
		return await work(pool.sql);
	} finally {
		pool.users -= 1;
		if (pool.users === 0) closeWhenIdle(key, pool);
	}
}

/**
 * Closes every pool now, for the end of a test: left alone, a pool stays for a minute after its last use.
 *
 * @internal every test that runs the node begins with its own connections
 */
export async function closeConnections(): Promise<void> {
	const open = [...pools.values()];
	pools.clear();
	for (const pool of open) clearTimeout(pool.closing);
	await Promise.all(open.map(({ sql }) => sql.end({ timeout: 5 })));
}

/** A connection of its own for one piece of work, such as trying a credential out. */
export async function withOwnConnection<T>(
	credential: LmaCredential,
	work: (sql: Pool) => Promise<T>,
): Promise<T> {
	const sql = openSql(credential, 1);
	try {
		return await work(sql);
	} finally {
		await sql.end({ timeout: 1 });
	}
}

function open(key: string, credential: LmaCredential): SharedPool {
	const pool: SharedPool = { sql: openSql(credential, MAX_CONNECTIONS), users: 0 };
	pools.set(key, pool);
	return pool;
}

function openSql(credential: LmaCredential, max: number): Pool {
	return connect(credential, {
		max,
		applicationName: 'n8n-nodes-lma',
		connectTimeout: CONNECT_TIMEOUT_SECONDS,
	});
}

function closeWhenIdle(key: string, pool: SharedPool): void {
	pool.closing = setTimeout(() => {
		pools.delete(key);
		void pool.sql.end({ timeout: 5 });
	}, IDLE_MS);
	// An idle pool must not keep n8n from exiting.
	pool.closing.unref();
}

/** n8n hides the certificate in a one-line field, which takes the line breaks out that PEM needs. */
function toPem(text: string): string {
	return text.replaceAll(
		/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----\s*/g,
		(_whole, body: string) => {
			const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
			return `${['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n')}\n`;
		},
	);
}

function keyOf(credential: LmaCredential): string {
	return createHash('sha256').update(JSON.stringify(credential)).digest('base64');
}
