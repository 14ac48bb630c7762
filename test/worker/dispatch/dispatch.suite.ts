import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSmtpSink, type SmtpSink } from '../support/smtpSink';
import { until, World } from '../support/world';

/** What must hold on either queue backend. `redisUrl` is asked for when the suite runs. */
export function dispatchSuite(redisUrl: () => string | undefined): void {
	let world: World;
	let smtp: SmtpSink;

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
		world.log.length = 0;
	});
	afterEach(() => world.stopWorkers());

	const start = (tuning = {}) => world.startWorker({ smtpUrl: smtp.url }, tuning);

	describe('sending', () => {
		it('sends what is due, once, and records it everywhere', async () => {
			const [id = 0] = await world.schedule([
				{ subject: 'Grüße', content: 'Hello Ada', email: 'ada@receiver.test' },
			]);
			await start();
			await world.untilStatus([id], 'completed');

			expect(smtp.received).toEqual([
				{
					to: 'ada@receiver.test',
					from: '"acme" <outreach@sender.test>',
					subject: 'Grüße',
					text: 'Hello Ada',
					messageId: `<lma.${world.organizationId}.${id}.1@sender.test>`,
				},
			]);
			const communication = await world.communication(id);
			expect(communication).toMatchObject({ failureReason: null, dispatchAt: null, dispatchStartedAt: null });
			expect(communication.completedAt).not.toBeNull();
			expect(await world.attempts(id)).toEqual([
				{
					epoch: communication.dispatchEpoch,
					phase: 'sent',
					error: null,
					providerId: smtp.received[0]?.messageId,
					idempotencyKey: `${world.organizationId}:${id}:1`,
					bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
				},
			]);
			const [activity] = await world.sql`
				select count(*)::int as events, count(l.last_contacted_at)::int as contacts
				from activity_logs a
				join leads l on l.id = a.lead_id
				where a.communication_id = ${id}
					and a.activity_type = 'communication.completed'`;
			expect(activity).toEqual({ events: 1, contacts: 1 });
		});

		it('sends what becomes due while it runs, on time and not before', async () => {
			await start();
			const [id = 0] = await world.schedule([{ inSeconds: 0.7 }]);
			await world.untilStatus([id], 'completed');
			const [row] = await world.sql<{ lateMs: number }[]>`
				select (extract(epoch from sending_at - scheduled_at) * 1000)::float8 as late_ms
				from communications c
				join communication_attempts a on a.communication_id = c.id
				where c.id = ${id}`;
			expect(row?.lateMs).toBeGreaterThanOrEqual(0);
			expect(row?.lateMs).toBeLessThan(3_000);
		});

		it('never sends a cancelled communication', async () => {
			const [cancelled = 0, kept = 0] = await world.schedule([{ inSeconds: 3_600 }, { inSeconds: 3_600 }]);
			await start();
			await world.sql`update communications set status = 'cancelled' where id = ${cancelled}`;
			await world.sql`update communications set scheduled_at = now() where id in (${cancelled}, ${kept})`;
			await world.untilStatus([kept], 'completed');
			expect(smtp.received).toHaveLength(1);
			expect((await world.communication(cancelled)).status).toBe('cancelled');
			expect((await world.attempts(cancelled)).filter(({ phase }) => phase !== 'claimed')).toEqual([]);
		});

		it('sends each once when two workers run at the same time', { timeout: 90_000 }, async () => {
			const ids = await world.schedule(Array.from({ length: 300 }, () => ({ inSeconds: 0.3 })));
			const tuning = { dispatch: { batchSize: 20, perOrganization: 20 } };
			await Promise.all([start(tuning), start(tuning)]);
			await world.untilStatus(ids, 'completed', 80_000);
			expect(smtp.received).toHaveLength(300);
			expect(new Set(smtp.received.map(({ to }) => to)).size).toBe(300);
		});

		it('sends nothing for an organization that is switched off', async () => {
			const [off] = await world.sql<{ id: number }[]>`
				insert into organizations (name, slug, is_active)
				values ('Off', ${`off-${Date.now()}`}, false)
				returning id`;
			const [silent = 0] = await world.schedule([{}], off!.id);
			const [loud = 0] = await world.schedule([{}]);
			await start();
			await world.untilStatus([loud], 'completed');
			expect(await world.communication(silent)).toMatchObject({ status: 'scheduled' });
			expect(await world.attempts(silent)).toEqual([]);
		});
	});

	describe('refusals of the mail server', () => {
		it('tries again after 4xx, with the same Message-ID', async () => {
			const [id = 0] = await world.schedule([{ email: 'later@receiver.test' }]);
			smtp.moods.set('later@receiver.test', [
				{ reply: 451, at: 'rcpt' },
				{ reply: 452, at: 'data' },
			]);
			await start();
			for (const [count, code] of [
				[1, 451],
				[2, 452],
			] as const) {
				await until(async () => {
					const attempts = await world.attempts(id);
					expect(attempts.map(({ phase }) => phase)).toEqual(Array<string>(count).fill('not_sent'));
					expect(attempts.at(-1)?.error).toContain(`smtp_${code}`);
				});
				const waiting = await world.communication(id);
				expect(waiting).toMatchObject({ status: 'scheduled', dispatchStartedAt: null });
				expect(Date.parse(waiting.dispatchAt ?? '')).toBeGreaterThan(Date.now() + 5_000);
				await world.makeDue([id]);
			}
			await world.untilStatus([id], 'completed');
			expect(smtp.received.map(({ messageId }) => messageId)).toEqual([
				`<lma.${world.organizationId}.${id}.1@sender.test>`,
			]);
			expect(new Set((await world.attempts(id)).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
		});

		it('fails for good after 5xx', async () => {
			const [id = 0] = await world.schedule([{ email: 'gone@receiver.test' }]);
			smtp.moods.set('gone@receiver.test', [{ reply: 550, at: 'rcpt' }]);
			await start();
			await world.untilStatus([id], 'failed');
			expect(await world.communication(id)).toMatchObject({ failureReason: 'smtp_550', dispatchAt: null });
			expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]);
			expect(smtp.received).toEqual([]);
		});

		it('leaves the outcome unknown when the server takes the message and does not answer', async () => {
			const [id = 0] = await world.schedule([{ email: 'limbo@receiver.test' }]);
			smtp.moods.set('limbo@receiver.test', ['hang']);
			await start({ dispatch: { sendTimeoutMs: 500 } });
			await world.untilStatus([id], 'failed');
			expect(await world.communication(id)).toMatchObject({ failureReason: 'outcome_unknown' });
			expect(await world.attempts(id)).toMatchObject([{ phase: 'unknown' }]);
		});

		it('tries again when the server turns everybody away, even with 5xx', async () => {
			const [id = 0] = await world.schedule([{}]);
			smtp.closed = true;
			await start();
			await until(async () => {
				expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]);
			});
			expect((await world.communication(id)).status).toBe('scheduled');
			smtp.closed = false;
			await world.makeDue([id]);
			await world.untilStatus([id], 'completed');
		});

		it('tries again when the server cannot be reached at all', async () => {
			const [id = 0] = await world.schedule([{}]);
			await world.startWorker({ smtpUrl: 'smtp://127.0.0.1:9?from=outreach@sender.test' });
			await until(async () => expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]));
			expect((await world.communication(id)).status).toBe('scheduled');
			expect((await world.attempts(id))[0]?.error).toContain('smtp_unreachable');
			await world.sql`update communications set status = 'cancelled' where id = ${id}`;
		});
	});

	it('writes no address, subject, content or secret to its log', async () => {
		const [refused = 0, sent = 0] = await world.schedule([
			{ email: 'private@receiver.test', subject: 'Secret plan', content: 'Confidential words' },
			{ email: 'other@receiver.test' },
		]);
		smtp.moods.set('private@receiver.test', [{ reply: 550, at: 'rcpt' }]);
		await start();
		await world.untilStatus([sent], 'completed');
		await world.untilStatus([refused], 'failed');
		const log = world.log.join('');
		expect(log).toContain(`"communicationId":${refused}`);
		for (const secret of [
			'private@',
			'receiver.test',
			'Secret plan',
			'Confidential',
			'Ada',
			'Lovelace',
			'1234567',
		]) {
			expect(log).not.toContain(secret);
		}
		const [reason] =
			await world.sql`select error from communication_attempts where communication_id = ${refused}`;
		expect(JSON.stringify(reason)).not.toContain('receiver.test');
	});
}
