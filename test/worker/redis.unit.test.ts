import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createLog } from '../../worker/log';
import { trackOutages } from '../../worker/outage';
import { openOnRedis } from '../../worker/queue/redis';
import { until } from '../setup/until';

let server: Server;
let connections: number;
let lines: Record<string, unknown>[];

beforeEach(async () => {
	connections = 0;
	lines = [];
	server = createServer().on('connection', () => connections++);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
	server.closeAllConnections();
	server.close();
});

test('what answers at REDIS_URL is no Redis: one line says so, with the variable, the place and what to do', async () => {
	const { port } = server.address() as AddressInfo;
	const redisUrl = `redis://user:a-secret@127.0.0.1:${port}`;
	const log = createLog('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
	const outages = trackOutages(log, { redisUrl });
	const queues = openOnRedis(redisUrl, { databaseUrl: '', log, outages });
	const queue = queues.queue('lma-dispatch' as never);
	const worker = queues.worker('lma-dispatch' as never, () => Promise.resolve(), { concurrency: 1 });
	await queues.start();
	try {
		await until('a dozen tries', () => Promise.resolve(connections > 12));
		expect(lines).toEqual([
			expect.objectContaining({
				msg: 'the queue cannot be reached; trying again until it can',
				reason: 'NOT_REDIS',
				setting: 'REDIS_URL',
				at: `127.0.0.1:${port}`,
				remedy: 'What answers there is not Redis: check host and port in REDIS_URL.',
			}),
		]);
		expect(JSON.stringify(lines)).not.toContain('a-secret');
		expect(outages.current('queue')).toBe('NOT_REDIS');
	} finally {
		queues.close();
		await Promise.all([queue.close(), worker.close(true)]).catch(() => undefined);
	}
});
