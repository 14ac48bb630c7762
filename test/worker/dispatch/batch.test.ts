import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { claimDueCommunications } from '../../../db/dispatch/claimDueCommunications';
import { dispatchBatch } from '../../../worker/dispatch/batch';
import { DISPATCH_DEFAULTS } from '../../../worker/dispatch/options';
import type { Sender } from '../../../worker/dispatch/outcome';
import { createResultWriter } from '../../../worker/dispatch/resultWriter';
import { trackUnreadSettings } from '../../../worker/dispatch/unreadSettings';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { startProxy } from '../../nodes/LmaTrigger/silentProxy';
import { type SmtpSink, startSmtpSink } from '../support/smtpSink';
import { until, World } from '../support/world';

let world: World;

beforeAll(async () => {
	world = await World.create();
});
afterAll(() => world.destroy());
afterEach(async () => {
	await world.stopWorkers();
	await world.sql`delete from communications`;
});

describe('a batch', () => {
	const claim = () =>
		claimDueCommunications(world.workerSql, {
			batchSize: 100,
			perOrganization: 100,
			leaseSeconds: 60,
			afterOrganizationId: 0,
		});
	const dispatch = async (sender: Sender, leaseSeconds = 60, sql = world.workerSql) => {
		const log = createLog('silent');
		const claims = await claim();
		const run = () =>
			dispatchBatch(
				{
					sql,
					log,
					metrics: createMetrics('postgres'),
					results: createResultWriter(sql, log),
					unreadSettings: trackUnreadSettings(log),
					options: { ...DISPATCH_DEFAULTS, leaseSeconds },
					senderFor: () => Promise.resolve(sender),
					stopping: new AbortController().signal,
					givingUp: new AbortController().signal,
				},
				claims,
			);
		await run();
		return run;
	};

	it('that the queue delivers again, after a retry was planned, sends nothing', async () => {
		await world.schedule([{}]);
		let tries = 0;
		const again = await dispatch({
			send() {
				tries++;
				return Promise.resolve({ kind: 'not_sent', permanent: false, reason: 'smtp_451' });
			},
		});
		await again();
		expect(tries).toBe(1);
	});

	it('begins no try in the second half of the lease, and does not count it as one', async () => {
		const [id = 0] = await world.schedule([{}]);
		await dispatch(
			{
				async send(_message, turn) {
					await until(() => expect(turn.tooLate.aborted).toBe(true));
					expect(turn.begin()).toBeNull();
					return { kind: 'not_begun' };
				},
			},
			1,
		);
		expect(await world.communication(id)).toMatchObject({ status: 'scheduled', dispatchStartedAt: null });
		await world.makeDue([id]);
		let attempt: number | undefined;
		await dispatch({
			send(message) {
				attempt = message.attempt;
				return Promise.resolve({ kind: 'sent' });
			},
		});
		expect(attempt).toBe(1);
	});

	it('writes its result on another connection when the one it had goes silent', async () => {
		const [id = 0] = await world.schedule([{}]);
		const url = new URL(world.database.workerUrl);
		const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
		url.host = `127.0.0.1:${String(proxy.port)}`;
		const sql = connect(url.toString(), { max: 4 });
		try {
			const sender: Sender = {
				send() {
					proxy.silence();
					proxy.heal();
					return Promise.resolve({ kind: 'sent' });
				},
			};
			await dispatch(sender, 60, sql);
			expect(proxy.lost).toBeGreaterThan(0);
			expect(await world.communication(id)).toMatchObject({ status: 'completed' });
		} finally {
			await proxy.stop();
			await sql.end({ timeout: 0 });
		}
	});

	it('keeps its other results when one cannot be stored', async () => {
		const ids = await world.schedule([{}, {}, {}]);
		await dispatch({
			send: ({ id }) => Promise.resolve({ kind: 'sent', providerId: id === ids[1] ? 'a\0b' : 'ab' }),
		});
		expect(await world.communication(ids[0]!)).toMatchObject({ status: 'completed' });
		expect(await world.communication(ids[2]!)).toMatchObject({ status: 'completed' });
	});
});

describe('a mail server that is slow', () => {
	let smtp: SmtpSink;

	beforeEach(async () => {
		smtp = await startSmtpSink();
	});
	afterEach(async () => {
		await world.stopWorkers();
		await smtp.stop();
	});

	it('gets every message once; waiting for a connection costs no attempt', async () => {
		smtp.slowMs = 500;
		const ids = await world.schedule(Array.from({ length: 80 }, () => ({})));
		// Eighty at once over ten connections: the last ones wait for longer than a try may take.
		await world.startWorker(
			{ smtpUrl: smtp.url },
			{ dispatch: { batchSize: 20, sendTimeoutMs: 3_000, leaseSeconds: 20 } },
		);
		await world.untilStatus(ids, 'completed', 25_000);
		expect(smtp.received).toHaveLength(80);
		const [counted] = await world.sql<{ n: number }[]>`
			select count(*)::int as n
			from communication_attempts
			where sending_at is not null`;
		expect(counted!.n).toBe(80);
	});
});
