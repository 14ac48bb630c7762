import type { QueueConnection, QueueOptions } from './connection';
import { openOnPostgres } from './postgres';
import { openOnRedis } from './redis';

/**
 * Where jobs travel: Redis when there is a URL, else PostgreSQL. Opening a queue does not wait for the server, and a
 * server that goes away is reported once to `outages`, never thrown: what it loses is found again in the tables.
 */
export function openQueues(options: QueueOptions): QueueConnection {
	return options.redisUrl ? openOnRedis(options.redisUrl, options) : openOnPostgres(options);
}
