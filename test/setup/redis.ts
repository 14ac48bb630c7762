import { Redis } from 'ioredis';
import { beforeAll, describe, inject } from 'vitest';

/**
 * A suite that needs Redis; it is skipped when the run has none. `url` names a database of this worker's own, empty
 * at the start of the suite. Several files never share a database at the same time.
 */
export function describeWithRedis(title: string, suite: (redis: { url: string }) => void): void {
	const server = inject('redisUrl');
	const url = server ? `${server.replace(/\/+$/, '')}/${process.env.VITEST_POOL_ID ?? '1'}` : '';
	describe.skipIf(url === '')(title, () => {
		beforeAll(() => emptyRedis(url));
		suite({ url });
	});
}

/** Removes every key of the database that `url` names. */
export async function emptyRedis(url: string): Promise<void> {
	const redis = new Redis(url);
	await redis.flushdb();
	await redis.quit();
}
