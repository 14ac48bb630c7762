import { z } from 'zod/v4';

import { type EncryptionKey, parseEncryptionKey } from '../db/integration/secret';
import { findSmtpUrlProblem } from '../domain/integration/smtpUrl';
import { postgresUrl, readEnvironment, textWithout, urlOf } from '../domain/environment';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What the worker runs with. Read once, by `loadConfig`; nothing else looks at the environment. */
export interface WorkerConfig {
	/** Login in `lma_worker`. Direct or through a session pooler: the worker listens on it. */
	databaseUrl: string;
	/** Undefined: the queues live in PostgreSQL. */
	redisUrl?: string;
	/** For organizations without an SMTP integration of their own. `?from=` is its sender address. */
	smtpUrl?: string;
	/** Undefined: integrations with a secret cannot be used. */
	encryptionKey?: EncryptionKey;
	httpHost: string;
	/** 0 takes any free port. */
	httpPort: number;
	logLevel: (typeof LOG_LEVELS)[number];
}

const environment = z.object({
	DATABASE_URL: postgresUrl,
	REDIS_URL: urlOf(['redis', 'rediss'], 'redis://host:6379').optional(),
	SMTP_URL: textWithout(findSmtpUrlProblem).optional(),
	LMA_ENCRYPTION_KEY: z
		.string()
		.optional()
		.transform((value, context): EncryptionKey | undefined => {
			try {
				return value === undefined ? undefined : parseEncryptionKey(value);
			} catch {
				const message = 'should be 32 bytes in base64 or hex, as `openssl rand -base64 32` prints them';
				context.issues.push({ code: 'custom', message, input: undefined });
				return z.NEVER;
			}
		}),
	LMA_HTTP_HOST: z
		.string()
		.regex(/^[\w.:-]+$/, 'should be a host name or address such as 127.0.0.1')
		.default('127.0.0.1'),
	LMA_HTTP_PORT: z
		.string()
		.refine(
			(port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535,
			'should be a port number from 0 to 65535',
		)
		.default('3030')
		.transform(Number),
	LOG_LEVEL: z.enum(LOG_LEVELS, { error: `should be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

/**
 * Reads the environment. Variables that the command alone reads are not looked at.
 * @throws ConfigError naming every variable that is wrong or missing, and what it should be.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): WorkerConfig {
	const values = readEnvironment(environment, env);
	return {
		databaseUrl: values.DATABASE_URL,
		redisUrl: values.REDIS_URL,
		smtpUrl: values.SMTP_URL,
		encryptionKey: values.LMA_ENCRYPTION_KEY,
		httpHost: values.LMA_HTTP_HOST,
		httpPort: values.LMA_HTTP_PORT,
		logLevel: values.LOG_LEVEL,
	};
}
