import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import {
	claimDueCommunications,
	millisecondsUntilNextDispatch,
	releaseClaims,
} from '../../../db/dispatch/claimDueCommunications';
import { startSending } from '../../../db/dispatch/startSending';
import { finishDispatches } from '../../../db/dispatch/finishDispatches';
import { dispatchBatch } from '../../../worker/dispatch/batch';
import { DISPATCH_DEFAULTS } from '../../../worker/dispatch/options';
import { createResultWriter } from '../../../worker/dispatch/resultWriter';
import { trackUnreadSettings } from '../../../worker/dispatch/unreadSettings';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { type IsolationWorld, openWorld, type Tenant } from './world';

/** What alpha writes by hand, or keeps locked, must not keep the messages of beta from being sent. */
describe('the dispatch of another organization', { timeout: 60_000 }, () => {
	let world: IsolationWorld;
	let worker: postgres.Sql;
	let alpha: postgres.Sql;

	beforeAll(async () => {
		world = await openWorld();
		worker = connect(world.database.workerUrl, { max: 5 });
		const url = new URL(world.database.ownerUrl);
		url.username = world.alpha.login.user;
		url.password = world.alpha.login.password;
		alpha = connect(url.toString(), { max: 2 });
	});
	afterEach(async () => {
		await world.owner`delete from communications`;
	});
	afterAll(async () => {
		await Promise.all([worker.end(), alpha.end()]);
		await world.close();
	});

	const claim = () =>
		claimDueCommunications(worker, {
			batchSize: 100,
			perOrganization: 100,
			leaseSeconds: 60,
			afterOrganizationId: 0,
		});

	async function schedule(sql: postgres.Sql, { id }: Tenant, values: Record<string, string> = {}) {
		const row = {
			organization_id: id,
			communication_type: 'email',
			direction: 'outbound',
			status: 'scheduled',
			scheduled_at: '2020-01-01',
			...values,
		};
		const [created] = await sql<{ id: number }[]>`
			insert into communications ${sql({ ...row, lead_id: await anyLead(id) })}
			returning id`;
		return Number(created!.id);
	}

	async function anyLead(organizationId: number): Promise<number> {
		const [lead] = await world.owner<{ id: number }[]>`
			select min(id) as id from leads where organization_id = ${organizationId}`;
		return lead!.id;
	}

	const statusOf = async (id: number) =>
		(
			await world.owner<{ status: string; reason: string | null }[]>`
			select status, failure_reason as reason from communications where id = ${id}`
		)[0];

	function dispatch(claims: Awaited<ReturnType<typeof claim>>) {
		const log = createLog('silent');
		const aborted = new AbortController().signal;
		return dispatchBatch(
			{
				sql: worker,
				log,
				metrics: createMetrics('postgres'),
				results: createResultWriter(worker, log),
				unreadSettings: trackUnreadSettings(log),
				options: DISPATCH_DEFAULTS,
				senderFor: () => Promise.resolve({ send: () => Promise.resolve({ kind: 'sent' }) }),
				stopping: aborted,
				givingUp: aborted,
			},
			claims,
		);
	}

	it.each([
		{ scheduled_at: '-infinity', created_at: 'infinity' },
		{ scheduled_at: '-infinity', created_at: '-infinity' },
		{ scheduled_at: '4714-11-24 BC', created_at: '4714-11-24 BC' },
		{ scheduled_at: '2020-01-01', created_at: '294276-12-31' },
	])('goes on beside a row of %o', async (times) => {
		await schedule(alpha, world.alpha, times);
		const theirs = await schedule(world.owner, world.beta);
		const messages = await startSending(worker, await claim(), 60);
		expect(messages.map(({ id }) => id)).toContain(theirs);
		for (const { latenessMs } of messages) expect(latenessMs).toBeLessThan(1e13);
	});

	it('is waited for as before beside a row that is due at infinity', async () => {
		await schedule(alpha, world.alpha, { scheduled_at: 'infinity' });
		expect(await millisecondsUntilNextDispatch(worker)).toBeNull();
		await schedule(world.owner, world.beta, { scheduled_at: '2200-01-01' });
		expect(await millisecondsUntilNextDispatch(worker)).toBeLessThan(1e13);
	});

	it('goes on beside a text too long for the worker, which fails', async () => {
		const ours = await schedule(alpha, world.alpha);
		await alpha`update communications set content = repeat('x', 3000000) where id = ${ours}`;
		const theirs = await schedule(world.owner, world.beta, { content: 'x'.repeat(500_000) });
		await dispatch(await claim());
		expect(await statusOf(theirs)).toEqual({ status: 'completed', reason: null });
		expect(await statusOf(ours)).toEqual({ status: 'failed', reason: 'content_too_long' });
	});

	it.each([
		['communications', 'before they are sent', 'select from communications for update'],
		['leads', 'while they are sent', 'select from leads for update'],
	])('goes on while %s are locked %s', async (_table, _when, lock) => {
		await schedule(alpha, world.alpha);
		const theirs = await schedule(world.owner, world.beta);
		const claims = await claim();
		const holder = await alpha.reserve();
		await holder.unsafe(`begin; ${lock}`);
		const dispatching = dispatch(claims);
		try {
			await expect.poll(() => statusOf(theirs), { timeout: 10_000 }).toMatchObject({ status: 'completed' });
		} finally {
			await holder.unsafe('rollback');
			holder.release();
		}
		await dispatching;
	});

	it('leaves no statement waiting for a lock', async () => {
		const ours = await schedule(alpha, world.alpha);
		const claims = await claim();
		const messages = await startSending(worker, claims, 60);
		const holder = await alpha.reserve();
		await holder.unsafe('begin; select from communications for update');
		const result = { id: ours, epoch: messages[0]!.epoch, outcome: 'sent' } as const;
		await expect(finishDispatches(worker, [result])).rejects.toMatchObject({ code: '55P03' });
		expect(await releaseClaims(worker, claims)).toBe(0);
		await holder.unsafe('rollback');
		holder.release();
		expect(await finishDispatches(worker, [result])).toEqual(new Set([ours]));
	});
});
