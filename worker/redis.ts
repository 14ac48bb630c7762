import { Redis } from 'ioredis';

import { backOffMs } from '../domain/backOff';
import type { Outages } from './outage';

const PAUSE = { firstMs: 100, longestMs: 1_000 };

export interface RedisLink {
	readonly redis: Redis;
	/** Closes at once, without a report. */
	close(): void;
}

/**
 * A connection that reconnects by itself, every second at most, and never throws out of an event. Commands wait for
 * the connection however long it takes, as BullMQ needs it; callers that cannot wait put a time limit around them.
 * Going away and coming back are reported once each.
 */
export function connectRedis(url: string, outages: Outages): RedisLink {
	let closing = false;
	const redis = new Redis(url, {
		maxRetriesPerRequest: null,
		connectionName: 'lma-worker',
		retryStrategy: (failures) => backOffMs({ failures, ...PAUSE, random: Math.random() }),
	});
	redis.on('error', (error) => outages.report('queue', error));
	redis.on('close', () => {
		if (!closing) outages.report('queue', { code: 'CONNECTION_CLOSED' });
	});
	redis.on('ready', () => outages.clear('queue'));
	return {
		redis,
		close() {
			closing = true;
			redis.disconnect();
		},
	};
}
