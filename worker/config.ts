import { z } from 'zod/v4';

import { type EncryptionKey, parseEncryptionKey } from '../db/integration/secret';
import { DEFAULT_MAX_LAG_MS, withLoginOf } from '../db/report/replica/reports';
import { LmaError } from '../domain/errors';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What the worker runs with. Read once, by `loadConfig`; nothing else looks at the environment. */
export interface WorkerConfig {
	/** Login in `lma_worker`. Direct or through a session pooler: the worker listens on it. */
	databaseUrl: string;
	/** Login for migrations. */
	databaseOwnerUrl: string;
	/** Undefined: the queues live in PostgreSQL. */
	redisUrl?: string;
	/** For organizations without an SMTP integration of their own. `?from=` is its sender address. */
	smtpUrl?: string;
	/** Undefined: integrations with a secret cannot be used. */
	encryptionKey?: EncryptionKey;
	httpHost: string;
	/** 0 takes any free port. */
	httpPort: number;
	adminPassword?: string;
	logLevel: (typeof LOG_LEVELS)[number];
}

/** One line per variable that is wrong, each with what it should be. Values are never repeated. */
export class ConfigError extends LmaError {
	override readonly name = 'ConfigError';

	constructor(readonly problems: string[]) {
		super('INVALID_ENVIRONMENT', problems.join('\n'), 'Set the variables named above and start again.');
	}
}

const url = (schemes: string[], example: string) =>
	z
		.string({ error: `is missing; it should be a URL such as ${example}` })
		.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
			error: `should be a URL such as ${example}`,
		});

const postgresUrl = url(['postgres', 'postgresql'], 'postgresql://lma_worker:password@host:5432/lma');

/** Seconds, as in `LMA_REPLICA_MAX_LAG`, to milliseconds. */
const maxLag = z
	.string()
	.regex(/^\d{1,5}(\.\d{1,3})?$/, 'should be a number of seconds such as 5')
	.optional()
	.transform((seconds) => (seconds === undefined ? DEFAULT_MAX_LAG_MS : Number(seconds) * 1000));

const environment = z.object({
	DATABASE_URL: postgresUrl,
	DATABASE_OWNER_URL: postgresUrl.optional(),
	DATABASE_REPLICA_URL: postgresUrl.optional(),
	LMA_REPLICA_MAX_LAG: maxLag,
	REDIS_URL: url(['redis', 'rediss'], 'redis://host:6379').optional(),
	SMTP_URL: url(['smtp', 'smtps'], 'smtp://user:password@host:587?from=outreach@example.com').optional(),
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
	LMA_ADMIN_PASSWORD: z.string().min(8, 'should have at least 8 characters').optional(),
	LOG_LEVEL: z.enum(LOG_LEVELS, { error: `should be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

const replicaEnvironment = environment.pick({ DATABASE_REPLICA_URL: true, LMA_REPLICA_MAX_LAG: true });

/**
 * Where a command reads reports, with the same checks as the worker. `replicaUrl` is undefined when there is no replica.
 * @throws ConfigError
 */
export function loadReplica(
	env: Record<string, string | undefined>,
	primaryUrl: string,
): { replicaUrl?: string; maxLagMs: number } {
	const values = parse(replicaEnvironment, env);
	return {
		...(values.DATABASE_REPLICA_URL && { replicaUrl: withLoginOf(values.DATABASE_REPLICA_URL, primaryUrl) }),
		maxLagMs: values.LMA_REPLICA_MAX_LAG,
	};
}

/**
 * Reads the environment. A variable that is set but empty counts as not set, as in docker-compose files.
 * @throws ConfigError naming every variable that is wrong or missing, and what it should be.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): WorkerConfig {
	const values = parse(environment, env);
	return {
		databaseUrl: values.DATABASE_URL,
		databaseOwnerUrl: values.DATABASE_OWNER_URL ?? values.DATABASE_URL,
		redisUrl: values.REDIS_URL,
		smtpUrl: values.SMTP_URL,
		encryptionKey: values.LMA_ENCRYPTION_KEY,
		httpHost: values.LMA_HTTP_HOST,
		httpPort: values.LMA_HTTP_PORT,
		adminPassword: values.LMA_ADMIN_PASSWORD,
		logLevel: values.LOG_LEVEL,
	};
}

function parse<Shape extends z.ZodRawShape>(
	schema: z.ZodObject<Shape>,
	env: Record<string, string | undefined>,
) {
	const given = Object.fromEntries(
		Object.keys(schema.shape).flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])),
	);
	const parsed = schema.safeParse(given);
	if (parsed.success) return parsed.data;
	throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
}
