import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../support/child';
import { startSmtpSink, type SmtpSink } from '../support/smtpSink';
import { until, World } from '../support/world';

const dispatch = { pollMs: 200, leaseSeconds: 3, sendTimeoutMs: 1_500 };

/** Workers that are killed, stopped, or lose their queue; on either queue backend. */
export function crashSuite(
	redisUrl: () => string | undefined,
	emptyQueue: (world: World) => Promise<void>,
): void {
	let world: World;
	let smtp: SmtpSink;
	const children: WorkerProcess[] = [];

	beforeAll(async () => {
		world = await World.create(redisUrl());
		smtp = await startSmtpSink();
	});
	afterAll(async () => {
		await world.destroy();
		await smtp.stop();
	});
	beforeEach(() => {
		smtp.received.length = 0;
		smtp.moods.clear();
		smtp.slowMs = 0;
	});
	afterEach(async () => {
		await Promise.all(children.splice(0).map((child) => child.kill()));
		await world.stopWorkers();
	});

	const startChild = async (tuning = {}) => {
		const env = {
			DATABASE_URL: world.database.workerUrl,
			SMTP_URL: smtp.url,
			...(world.redisUrl && { REDIS_URL: world.redisUrl }),
		};
		const child = await startWorkerProcess(env, {
			queuePrefix: world.queuePrefix,
			dispatch: { ...dispatch, ...tuning },
		});
		children.push(child);
		return child;
	};
	const startHere = (tuning = {}) =>
		world.startWorker({ smtpUrl: smtp.url }, { dispatch: { ...dispatch, ...tuning } });

	describe('a worker that is killed', () => {
		it('while sending leaves an unknown outcome, which is not sent twice', async () => {
			const [id = 0] = await world.schedule([{ email: 'hang@receiver.test' }]);
			smtp.moods.set('hang@receiver.test', ['hang']);
			const child = await startChild({ sendTimeoutMs: 60_000 });
			await until(() => expect(smtp.received).toHaveLength(1));
			await child.kill();
			expect(await world.attempts(id)).toMatchObject([{ phase: 'sending' }]);

			await startHere();
			await world.untilStatus([id], 'failed');
			expect(await world.communication(id)).toMatchObject({ failureReason: 'outcome_unknown' });
			expect(smtp.received).toHaveLength(1);
		});

		it('while sending is made up for where the organization wants it sent again', async () => {
			await world.sql`
				update organizations
				set settings = '{"dispatch": {"resendUnknown": true}}'
				where id = ${world.organizationId}`;
			const [id = 0] = await world.schedule([{ email: 'again@receiver.test' }]);
			smtp.moods.set('again@receiver.test', ['hang']);
			const child = await startChild({ sendTimeoutMs: 60_000 });
			await until(() => expect(smtp.received).toHaveLength(1));
			await child.kill();

			await startHere();
			await world.untilStatus([id], 'completed');
			expect(smtp.received.map(({ messageId }) => messageId)).toEqual(
				Array(2).fill(`<lma.${world.organizationId}.${id}.1@sender.test>`),
			);
			await world.sql`update organizations set settings = null where id = ${world.organizationId}`;
		});

		it('between claim and intent costs no message and sends none twice', async () => {
			const blocked = await world.schedule(
				Array.from({ length: 5 }, (_, n) => ({ email: `slow${n}@receiver.test` })),
			);
			for (const n of blocked.keys()) smtp.moods.set(`slow${n}@receiver.test`, ['hang']);
			const rest = await world.schedule(Array.from({ length: 20 }, () => ({})));
			// Five are being sent and do not end, so the rest of the batch is claimed, and no more.
			const child = await startChild({ sendConcurrency: 5, sendTimeoutMs: 60_000, jobConcurrency: 1 });
			await until(async () => {
				expect(smtp.received.length).toBeGreaterThanOrEqual(5);
				for (const id of rest) expect(await world.attempts(id)).toMatchObject([{ phase: 'claimed' }]);
			});
			await child.kill();

			await startHere();
			await world.untilStatus(rest, 'completed');
			await world.untilStatus(blocked, 'failed');
			expect(smtp.received).toHaveLength(25);
			expect(new Set(smtp.received.map(({ to }) => to)).size).toBe(25);
		});
	});

	describe('a worker that is told to stop', () => {
		it('finishes what it is sending, gives the rest back, and ends in time', async () => {
			smtp.slowMs = 100;
			const ids = await world.schedule(Array.from({ length: 60 }, () => ({})));
			const child = await startChild({
				sendConcurrency: 2,
				batchSize: 60,
				jobConcurrency: 1,
				leaseSeconds: 600,
			});
			await until(() => expect(smtp.received.length).toBeGreaterThan(3));
			const { code, tookMs, output } = await child.terminate();
			expect(output).toContain('stopped');
			expect(code).toBe(0);
			expect(tookMs).toBeLessThan(10_000);

			const [state] = await world.sql<{ started: number; leased: number; open: number; done: number }[]>`
				select count(*) filter (where dispatch_started_at is not null)::int as started,
					count(*) filter (where status = 'scheduled' and dispatch_at > now())::int as leased,
					count(*) filter (where status = 'scheduled')::int as open,
					count(*) filter (where status = 'completed')::int as done
				from communications
				where id in (select value::bigint from jsonb_array_elements_text(${world.sql.json(ids)}))`;
			expect(state).toMatchObject({ started: 0, leased: 0, done: smtp.received.length });
			expect(state!.open).toBe(60 - smtp.received.length);
			expect(state!.open).toBeGreaterThan(0);

			smtp.slowMs = 0;
			await startHere();
			await world.untilStatus(ids, 'completed');
			expect(new Set(smtp.received.map(({ to }) => to)).size).toBe(60);
			expect(smtp.received).toHaveLength(60);
		});

		it('does not wait longer than ten seconds for a server that hangs, and says what it does not know', async () => {
			const [id = 0] = await world.schedule([{ email: 'hang@receiver.test' }]);
			smtp.moods.set('hang@receiver.test', ['hang']);
			const child = await startChild({ sendTimeoutMs: 60_000, leaseSeconds: 600 });
			await until(() => expect(smtp.received).toHaveLength(1));
			const { code, tookMs } = await child.terminate();
			expect(code).toBe(0);
			expect(tookMs).toBeLessThan(10_000);
			expect(await world.communication(id)).toMatchObject({
				status: 'failed',
				failureReason: 'outcome_unknown',
			});
		});
	});

	it('a queue that is emptied loses nothing', async () => {
		smtp.slowMs = 50;
		const ids = await world.schedule(Array.from({ length: 40 }, () => ({})));
		// Many small batches, slowly: most of them wait in the queue.
		await startHere({ batchSize: 4, sendConcurrency: 1, jobConcurrency: 1 });
		await until(() => expect(smtp.received.length).toBeGreaterThan(2));
		await emptyQueue(world);
		smtp.slowMs = 0;
		await world.untilStatus(ids, 'completed', 20_000);
		expect(smtp.received).toHaveLength(40);
		expect(new Set(smtp.received.map(({ to }) => to)).size).toBe(40);
	});
}
