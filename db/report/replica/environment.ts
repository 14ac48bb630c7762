import { z } from 'zod/v4';

import { postgresUrl, readEnvironment } from '../../../domain/environment';
import { DEFAULT_MAX_LAG_MS, withLoginOf } from './reports';

/** Seconds, as in `LMA_REPLICA_MAX_LAG`, to milliseconds. */
const maxLag = z
	.string()
	.regex(/^\d{1,5}(\.\d{1,3})?$/, 'should be a number of seconds such as 5')
	.optional()
	.transform((seconds) => (seconds === undefined ? DEFAULT_MAX_LAG_MS : Number(seconds) * 1000));

/** The variables that say where reports are read. */
const replicaEnvironment = z.object({
	DATABASE_REPLICA_URL: postgresUrl.optional(),
	LMA_REPLICA_MAX_LAG: maxLag,
});

/**
 * Where a command reads reports. `replicaUrl` is undefined when there is no replica.
 * @throws ConfigError
 */
export function loadReplica(
	env: Record<string, string | undefined>,
	primaryUrl: string,
): { replicaUrl?: string; maxLagMs: number } {
	const values = readEnvironment(replicaEnvironment, env);
	return {
		...(values.DATABASE_REPLICA_URL && { replicaUrl: withLoginOf(values.DATABASE_REPLICA_URL, primaryUrl) }),
		maxLagMs: values.LMA_REPLICA_MAX_LAG,
	};
}
