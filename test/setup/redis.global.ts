import type { TestProject } from 'vitest/node';

import { startTestRedis } from './redisServer';

declare module 'vitest' {
	export interface ProvidedContext {
		/** Empty when there is no Redis. */
		redisUrl: string;
	}
}

/**
 * One Redis for the Redis suites. Without one they are skipped and the run says so, unless LMA_REQUIRE_REDIS=1.
 * @throws Error when Redis is required and there is none.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const server = await startTestRedis();
	project.provide('redisUrl', server?.url ?? '');
	if (server) {
		console.log(`Redis for the tests: ${server.description}`);
		return () => server.stop();
	}
	const remedy = 'set TEST_REDIS_URL, start Docker, or install redis-server or valkey-server';
	if (process.env.LMA_REQUIRE_REDIS === '1')
		throw new Error(`LMA_REQUIRE_REDIS=1, but there is no Redis: ${remedy}.`);
	console.warn(`Redis suites skipped: no Redis found (${remedy}).`);
	return () => Promise.resolve();
}
