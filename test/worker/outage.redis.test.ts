import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithRedis } from '../setup/redis';
import { startSmtpSink, type SmtpSink } from './support/smtpSink';
import { startTcpProxy, type TcpProxy } from './support/tcpProxy';
import { until, World } from './support/world';

describeWithRedis('without Redis for a while', ({ url }) => {
	let world: World;
	let smtp: SmtpSink;
	let redis: TcpProxy;

	beforeEach(async () => {
		redis = await startTcpProxy(url);
		world = await World.create(redis.url);
		smtp = await startSmtpSink();
	});
	afterEach(async () => {
		await world.destroy();
		await Promise.all([redis.stop(), smtp.stop()]);
	});

	const linesAbout = (server: string) => world.log.filter((line) => line.includes(`"server":"${server}"`));
	const ready = async (workerUrl: string) => {
		const response = await fetch(`${workerUrl}/ready`);
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	};

	it('the worker starts, says so once, claims nothing, and sends as soon as Redis is there', async () => {
		redis.cut();
		const ids = await world.schedule([{}, {}]);
		const worker = await world.startWorker({ smtpUrl: smtp.url });
		await until(async () => {
			const { status, body } = await ready(worker.url);
			expect(status).toBe(503);
			expect(body['queue']).toMatch(/^the queue cannot be reached/);
			expect(body['database']).toBe('ok');
		});
		expect((await fetch(`${worker.url}/health`)).status).toBe(200);
		expect(await world.attempts(ids[0]!)).toEqual([]);
		redis.mend();
		await world.untilStatus(ids, 'completed');
		await until(async () => expect((await ready(worker.url)).status).toBe(200));
		expect(linesAbout('queue').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
			'the queue cannot be reached; trying again until it can',
			'the queue can be reached again',
		]);
	});

	it('the worker goes on after a cut, and sends each once', async () => {
		smtp.slowMs = 20;
		await world.startWorker(
			{ smtpUrl: smtp.url },
			{ dispatch: { batchSize: 3, leaseSeconds: 3, sendTimeoutMs: 1_000 } },
		);
		const before = await world.schedule(Array.from({ length: 60 }, () => ({})));
		await until(() => expect(smtp.received.length).toBeGreaterThan(5));
		redis.cut();
		await until(() => expect(linesAbout('queue')).not.toEqual([]));
		const meanwhile = await world.schedule([{}, {}]);
		redis.mend();
		await world.untilStatus([...before, ...meanwhile], 'completed', 25_000);
		expect(smtp.received).toHaveLength(62);
		expect(new Set(smtp.received.map(({ to }) => to)).size).toBe(62);
	});

	it('the worker still stops in time', async () => {
		const worker = await world.startWorker({ smtpUrl: smtp.url });
		redis.cut();
		await until(() => expect(linesAbout('queue')).not.toEqual([]));
		const before = performance.now();
		await worker.stop();
		expect(performance.now() - before).toBeLessThan(5_000);
	});
});
