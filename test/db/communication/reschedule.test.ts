import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { cancelCommunications } from '../../../db/communication/cancel';
import { rescheduleCommunications } from '../../../db/communication/reschedule';
import { connect, type Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { claimDueCommunications } from '../../../db/dispatch/claimDueCommunications';
import { startSending } from '../../../db/dispatch/startSending';
import { finishDispatches } from '../../../db/dispatch/finishDispatches';
import { rescheduleSchema } from '../../../domain/communication/input';
import { parseInput } from '../../../domain/input/parseInput';
import { World } from '../../worker/support/world';
import { observed } from '../../setup/observed';

const limits = { batchSize: 100, perOrganization: 100, leaseSeconds: 60, afterOrganizationId: 0 };
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const TOMORROW = inSeconds(86_400);

describe('rescheduling', () => {
	let world: World;
	let app: postgres.Sql;
	let statements: string[];
	beforeAll(async () => {
		world = await World.create();
		app = observed(connect(world.database.appUrl, { max: 8 }), (text) => statements.push(text));
	});
	afterAll(async () => {
		await app.end();
		await world.destroy();
	});
	beforeEach(async () => {
		statements = [];
		await world.sql`delete from communications`;
	});

	const run = <T>(work: (tx: Sql) => PromiseLike<T>) => inOrganization(app, 'acme', work);
	const reschedule = (...requests: { id: number; scheduledAt?: string; reopen?: boolean }[]) =>
		run((tx) =>
			rescheduleCommunications(
				tx,
				requests.map((request) => parseInput(rescheduleSchema, { scheduledAt: TOMORROW, ...request })),
			),
		);
	const cancel = async (id: number) => (await run((tx) => cancelCommunications(tx, [id])))[0];
	const claim = () => claimDueCommunications(world.workerSql, limits);
	const start = (claims: Awaited<ReturnType<typeof claim>>) => startSending(world.workerSql, claims, 60);
	const due = async () => (await world.schedule([{}]))[0]!;
	/** Runs two works at once, so often that either comes first. */
	const REPEATED = Array.from({ length: 25 });

	it('makes another message of it, due at the new time', async () => {
		const id = await due();
		const [result] = await reschedule({ id });
		expect(result?.row).toMatchObject({ id, status: 'scheduled', scheduledAt: TOMORROW });
		expect(await world.communication(id)).toMatchObject({ dispatchAt: TOMORROW, scheduleVersion: 2 });
		expect(await claim()).toEqual([]);
		const [event] = await world.sql`
			select activity_metadata #>> '{after,scheduled_at}' is not null as said
			from activity_logs
			where communication_id = ${id} and activity_type = 'communication.scheduled'
			order by id desc
			limit 1`;
		expect(event).toEqual({ said: true });
	});

	it('fences off a worker that has taken it, also one that comes back late', async () => {
		const id = await due();
		const claims = await claim();
		const [result] = await reschedule({ id });
		expect(result?.error).toBeUndefined();
		expect(await start(claims)).toEqual([]);
		const late = await finishDispatches(world.workerSql, [{ ...claims[0]!, outcome: 'sent' }]);
		expect(late.size).toBe(0);
		expect(await world.communication(id)).toMatchObject({ status: 'scheduled', dispatchAt: TOMORROW });
	});

	it('is refused once a worker has begun to send, and the worker finishes', async () => {
		const id = await due();
		const [message] = await start(await claim());
		const [result] = await reschedule({ id });
		expect(result?.error?.message).toBe(`Communication ${id} is being sent`);
		await finishDispatches(world.workerSql, [{ id, epoch: message!.epoch, outcome: 'sent' }]);
		expect((await world.communication(id)).status).toBe('completed');
	});

	it('against a worker that begins at the same moment: one of them wins, never both', async () => {
		for (const _ of REPEATED) {
			const id = await due();
			const claims = await claim();
			const [[moved], begun] = await Promise.all([reschedule({ id }), start(claims)]);
			expect(begun).toHaveLength(moved?.row ? 0 : 1);
			await world.sql`delete from communications`;
		}
	});

	it('waits for the worker that is beginning, and sees that it has', async () => {
		const id = await due();
		const moving = await world.sql.begin(async (tx) => {
			await tx`update communications set dispatch_started_at = now() where id = ${id}`;
			const pending = reschedule({ id });
			await expect
				.poll(
					async () =>
						(
							await world.sql`
							select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
						).length,
				)
				.toBeGreaterThan(0);
			return { pending };
		});
		const [result] = await moving.pending;
		expect(result?.error?.message).toBe(`Communication ${id} is being sent`);
	});

	it('and cancelling at once end as cancelled', async () => {
		for (const _ of REPEATED) {
			const id = await due();
			const [[moved], cancelled] = await Promise.all([reschedule({ id }), cancel(id)]);
			expect(cancelled?.row?.status).toBe('cancelled');
			expect(moved?.error?.message ?? 'moved').toMatch(/^(moved|Communication \d+ is cancelled)$/);
			expect(await world.communication(id)).toMatchObject({ status: 'cancelled', dispatchAt: null });
		}
	});

	it('of what was cancelled, failed or completed is refused by its state, unless it is to be reopened', async () => {
		const ids = await world.schedule([{}, {}, {}]);
		const [cancelled = 0, failed = 0, completed = 0] = ids;
		await cancel(cancelled);
		await world.sql`
			update communications
			set status = 'failed', failure_reason = 'outcome_unknown'
			where id = ${failed}`;
		await world.sql`update communications set status = 'completed', completed_at = now() where id = ${completed}`;
		const refused = await reschedule(...ids.map((id) => ({ id })));
		expect(refused.map(({ error }) => error?.message)).toEqual([
			`Communication ${cancelled} is cancelled`,
			`Communication ${failed} is failed`,
			`Communication ${completed} is completed`,
		]);
		const reopened = await reschedule(...ids.map((id) => ({ id, reopen: true })));
		expect(reopened.map(({ row }) => row?.failureReason)).toEqual([null, null, undefined]);
		expect(reopened[2]?.error?.message).toBe(`Communication ${completed} is completed`);
		expect(await world.communication(failed)).toMatchObject({
			status: 'scheduled',
			dispatchAt: TOMORROW,
			scheduleVersion: 2,
		});
	});

	it('sends what was left to a person, once it has another time', async () => {
		const [id = 0] = await world.schedule([{ type: 'call' }]);
		const [message] = await start(await claim());
		await finishDispatches(world.workerSql, [
			{ id, epoch: message!.epoch, outcome: 'left_to_person', reason: 'no_webhook' },
		]);
		expect((await reschedule({ id, scheduledAt: inSeconds(-1) }))[0]?.error).toBeUndefined();
		expect(await claim()).toMatchObject([{ id }]);
	});

	it('fails what is unknown or in the past alone, in one statement for all', async () => {
		const ids = await world.schedule(Array.from({ length: 300 }, () => ({ inSeconds: 60 })));
		const [late = 0, ...others] = ids;
		const results = await reschedule(
			...others.map((id) => ({ id })),
			{ id: 999_999 },
			{ id: late, scheduledAt: '2020-01-01T00:00:00Z' },
		);
		expect(results.slice(0, -2).map(({ row }) => row?.id)).toEqual(others);
		expect(results.slice(-2).map(({ error }) => error?.message)).toEqual([
			'Communication 999999 not found',
			'scheduledAt is in the past: 2020-01-01T00:00:00.000Z',
		]);
		expect(statements.filter((text) => text.includes('update communications'))).toHaveLength(1);
	});

	it('takes several times for one in order; the last that can be is the one', async () => {
		const id = await due();
		const later = inSeconds(200_000);
		const results = await reschedule(
			{ id },
			{ id, scheduledAt: later },
			{ id, scheduledAt: '2020-01-01T00:00:00Z' },
		);
		expect(results.map(({ row }) => row?.scheduledAt)).toEqual([later, later, undefined]);
		expect((await world.communication(id)).scheduleVersion).toBe(2);
	});

	it('can be repeated: the time that it has makes no other message', async () => {
		const id = await due();
		await reschedule({ id });
		expect((await reschedule({ id }))[0]?.row).toMatchObject({ id, scheduledAt: TOMORROW });
		expect((await world.communication(id)).scheduleVersion).toBe(2);
	});

	it('by many in opposite orders does not end in deadlock', async () => {
		const ids = await world.schedule(Array.from({ length: 200 }, () => ({ inSeconds: 60 })));
		const times = Array.from({ length: 8 }, (_, n) => inSeconds(3600 + n));
		const runs = await Promise.all(
			times.map((scheduledAt, n) =>
				reschedule(...(n % 2 ? ids : ids.toReversed()).map((id) => ({ id, scheduledAt }))),
			),
		);
		expect(runs.flat().every(({ error }) => !error)).toBe(true);
		expect(
			new Set((await Promise.all(ids.map((id) => world.communication(id)))).map((c) => c.dispatchAt)).size,
		).toBe(1);
	});
});
