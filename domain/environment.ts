import { z } from 'zod/v4';

import { findDatabaseUrlProblem } from './database/databaseUrl';
import { LmaError } from './error/errors';

/**
 * One line per variable that is wrong, each with what it should be. Values are never repeated.
 *
 * @internal tests read the problems one by one; others take any LmaError
 */
export class ConfigError extends LmaError {
	override readonly name = 'ConfigError';

	constructor(readonly problems: string[]) {
		super('INVALID_ENVIRONMENT', problems.join('\n'), 'Set the variables named above and start again.');
	}
}

/** A URL of one of these schemes; `example` says how one looks. */
export function urlOf(schemes: string[], example: string) {
	return z
		.string({ error: `is missing; it should be a URL such as ${example}` })
		.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
			error: `should be a URL such as ${example}`,
		});
}

/** A text that `findProblem` has nothing to say of. What it says is the message, without the value. */
export function textWithout(findProblem: (text: string) => string | undefined, missing?: string) {
	return z.string(missing).check((context) => {
		const message = findProblem(context.value);
		if (message !== undefined) context.issues.push({ code: 'custom', message, input: undefined });
	});
}

/** A PostgreSQL URL, as `parseDatabaseUrl` takes it. */
export const postgresUrl = textWithout(
	findDatabaseUrlProblem,
	'is missing; it should be a URL such as postgresql://lma_worker:password@host:5432/lma',
);

/**
 * Reads variables from `env`. One that is set but empty counts as not set, as in docker-compose files.
 * @throws ConfigError naming every variable that is wrong or missing, and what it should be.
 */
export function readEnvironment<Shape extends z.ZodRawShape>(
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
