import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
	claimDueCommunications,
	millisecondsUntilNextDispatch,
	releaseClaims,
} from '../../../db/dispatch/claimDueCommunications';
import { askSendGate } from '../../../db/dispatch/askSendGate';
import { startSending } from '../../../db/dispatch/startSending';
import {
	type DispatchResult,
	finishDispatches,
	resolveUnknownOutcomes,
} from '../../../db/dispatch/finishDispatches';
import { seedOrganization } from '../../setup/database';
import { World } from '../../worker/support/world';

const limits = { batchSize: 100, perOrganization: 100, leaseSeconds: 60, afterOrganizationId: 0 };
const sent = { outcome: 'sent' } as const;

let world: World;
beforeAll(async () => {
	world = await World.create();
});
afterAll(() => world.destroy());
beforeEach(() => world.sql`delete from communications`);

const claim = (overrides = {}) => claimDueCommunications(world.workerSql, { ...limits, ...overrides });
const start = (claims: Awaited<ReturnType<typeof claim>>) => startSending(world.workerSql, claims, 60);
const finish = (result: DispatchResult) => finishDispatches(world.workerSql, [result]);
const expireLease = (id: number) => world.makeDue([id]);

describe('claiming', () => {
	it('takes what is due under a lease, and nothing twice', async () => {
		const [due = 0, later = 0] = await world.schedule([{ inSeconds: -1 }, { inSeconds: 60 }]);
		const [claimed] = await claim();
		expect(claimed).toEqual({ id: due, epoch: 2, organizationId: world.organizationId });
		expect(await claim()).toEqual([]);
		expect((await world.communication(later)).dispatchEpoch).toBe(1);
		expect(await world.attempts(due)).toMatchObject([{ epoch: 2, phase: 'claimed' }]);
	});

	it('gives concurrent workers different rows', async () => {
		const ids = await world.schedule(Array.from({ length: 60 }, () => ({ inSeconds: -1 })));
		const claims = await Promise.all([1, 2, 3, 4].map(() => claim({ batchSize: 20 })));
		const claimed = claims.flat().map(({ id }) => id);
		expect(new Set(claimed).size).toBe(claimed.length);
		const rest = (await claim()).map(({ id }) => id);
		expect([...claimed, ...rest].sort((a, b) => a - b)).toEqual(ids);
	});

	it('shares a batch between organizations, and goes on after the last one', async () => {
		const other = await seedOrganization(world.database.ownerUrl, 'second');
		await world.schedule(Array.from({ length: 50 }, () => ({ inSeconds: -100 })));
		await world.schedule([{ inSeconds: -1 }], other.id);
		const fair = await claim({ batchSize: 10, perOrganization: 9 });
		expect(fair.filter(({ organizationId }) => organizationId === other.id)).toHaveLength(1);

		await world.schedule([{ inSeconds: -1 }], other.id);
		const next = await claim({ batchSize: 1, afterOrganizationId: world.organizationId });
		expect(next[0]?.organizationId).toBe(other.id);
	});

	it('takes a row again after a lease in which nothing was sent, and fences the old claim', async () => {
		const [id = 0] = await world.schedule([{}]);
		const [old] = await claim();
		await expireLease(id);
		const [renewed] = await claim();
		expect(renewed).toMatchObject({ id, epoch: old!.epoch + 1 });
		expect(await start([old!])).toEqual([]);
		expect(await world.attempts(id)).toMatchObject([
			{ phase: 'fenced', error: 'lease_expired' },
			{ phase: 'claimed' },
		]);
		expect(await start([renewed!])).toHaveLength(1);
	});

	it('gives released rows to the next worker at once', async () => {
		const [id = 0] = await world.schedule([{}]);
		const claims = await claim();
		expect(await releaseClaims(world.workerSql, claims)).toBe(1);
		expect(await start(claims)).toEqual([]);
		expect(await claim()).toMatchObject([{ id }]);
	});

	it('knows when the next one is due', async () => {
		expect(await millisecondsUntilNextDispatch(world.workerSql)).toBeNull();
		await world.schedule([{ inSeconds: 30 }, { inSeconds: 90 }]);
		const wait = await millisecondsUntilNextDispatch(world.workerSql);
		expect(wait).toBeGreaterThan(25_000);
		expect(wait).toBeLessThanOrEqual(30_000);
	});
});

describe('the intent to send', () => {
	it('is refused after a cancel, and a cancel is refused after it', async () => {
		const [early = 0, late = 0] = await world.schedule([{}, {}]);
		const claims = await claim();
		await cancel(early);
		expect((await start(claims)).map(({ id }) => id)).toEqual([late]);
		expect(await cancel(late)).toBe(0);
	});

	it('is refused once somebody has completed it by hand', async () => {
		const [id = 0] = await world.schedule([{ type: 'call' }]);
		const claims = await claim();
		await world.sql`update communications set status = 'completed' where id = ${id}`;
		expect(await start(claims)).toEqual([]);
	});

	it('leaves out a row that somebody is changing, until its lease is over', async () => {
		const [id = 0, other = 0] = await world.schedule([{}, {}]);
		const claims = await claim();
		await world.sql.begin(async (tx) => {
			await tx`update communications set status = 'cancelled' where id = ${id}`;
			expect(await start(claims)).toMatchObject([{ id: other }]);
		});
		expect(await start(claims)).toEqual([]);
	});

	it('is refused after a reschedule, which counts as another message', async () => {
		const [id = 0] = await world.schedule([{}]);
		const [old] = await claim();
		await world.sql`update communications set scheduled_at = now() - interval '1 second' where id = ${id}`;
		expect(await start([old!])).toEqual([]);
		const [message] = await start(await claim());
		expect(message).toMatchObject({ id, idempotencyKey: `${world.organizationId}:${id}:2`, attempt: 1 });
	});

	it('is refused once the lead, or its address, must not be contacted, though the gate let it pass', async () => {
		const [ofLead = 0, ofAddress = 0, ofOtherType = 0] = await world.schedule([{}, {}, {}]);
		const { passed } = await askSendGate(world.workerSql, await claim());
		expect(passed).toHaveLength(3);
		await world.sql`
			insert into suppressions (organization_id, communication_type, lead_id, address_key)
			select c.organization_id, (case when c.id = ${ofOtherType} then 'sms' else 'email' end)::communication_type_enum,
				case when c.id <> ${ofAddress} then l.id end,
				case when c.id = ${ofAddress} then lma.address_key(l.organization_id, 'email', l.email, null, null) end
			from communications c
			join leads l on l.id = c.lead_id
			where c.id in (${ofLead}, ${ofAddress}, ${ofOtherType})`;
		const started = await startSending(world.workerSql, passed, 60);
		expect(started.map(({ id }) => id)).toEqual([ofOtherType]);
		await world.sql`delete from suppressions`;
	});

	it('can be had once only', async () => {
		await world.schedule([{}]);
		const claims = await claim();
		const results = await Promise.all([start(claims), start(claims), start(claims)]);
		expect(results.flat()).toHaveLength(1);
	});

	it('counts tries, not claims', async () => {
		const [id = 0] = await world.schedule([{}]);
		await claim();
		await expireLease(id);
		const [first] = await start(await claim());
		expect(first?.attempt).toBe(1);
		await finish({ ...first!, outcome: 'retry', delivered: 'no', delaySeconds: 0, reason: 'smtp_451' });
		const [second] = await start(await claim());
		expect(second?.attempt).toBe(2);
		expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
	});
});

describe('the result', () => {
	it('of a stale epoch changes nothing', async () => {
		const [id = 0] = await world.schedule([{}]);
		const [message] = await start(await claim());
		await world.sql`update communications set scheduled_at = now() + interval '1 hour' where id = ${id}`;
		const accepted = await finish({ id, epoch: message!.epoch, ...sent });
		expect(accepted.size).toBe(0);
		expect(await world.communication(id)).toMatchObject({ status: 'scheduled', scheduleVersion: 2 });
		expect(await world.attempts(id)).toMatchObject([{ phase: 'fenced' }]);
	});

	it('counts once', async () => {
		const [id = 0] = await world.schedule([{}]);
		const [message] = await start(await claim());
		const result = { id, epoch: message!.epoch, ...sent };
		expect([...(await finish(result))]).toEqual([id]);
		expect((await finish({ ...result, outcome: 'failed', delivered: 'no', reason: 'smtp_550' })).size).toBe(
			0,
		);
		expect((await world.communication(id)).status).toBe('completed');
	});

	it('that leaves it to a person keeps it scheduled and undispatched', async () => {
		const [id = 0] = await world.schedule([{ type: 'call' }]);
		const [message] = await start(await claim());
		await finish({ id, epoch: message!.epoch, outcome: 'left_to_person', reason: 'no_webhook_for_call' });
		expect(await world.communication(id)).toMatchObject({ status: 'scheduled', dispatchAt: null });
		expect(await claim()).toEqual([]);
	});
});

describe('an unknown outcome', () => {
	const resolve = (maxAttempts = 8) => resolveUnknownOutcomes(world.workerSql, { maxAttempts, limit: 100 });
	const vanish = async (type: 'email' | 'sms') => {
		const [id = 0] = await world.schedule([{ type }]);
		const [message] = await start(await claim());
		await expireLease(id);
		return { id, epoch: message!.epoch };
	};

	it('is left alone while the lease lasts', async () => {
		await world.schedule([{}]);
		await start(await claim());
		expect(await resolve()).toEqual({ resent: 0, failed: 0 });
	});

	it('fails, and a late result no longer counts', async () => {
		const { id, epoch } = await vanish('email');
		expect(await claim()).toEqual([]);
		expect(await resolve()).toEqual({ resent: 0, failed: 1 });
		expect(await world.communication(id)).toMatchObject({
			status: 'failed',
			failureReason: 'outcome_unknown',
		});
		expect((await finish({ id, epoch, ...sent })).size).toBe(0);
		expect(await world.attempts(id)).toMatchObject([{ phase: 'fenced' }]);
	});

	it('is sent again by e-mail where the organization asked for it', async () => {
		await world.sql`
			update organizations
			set settings = '{"dispatch": {"resendUnknown": true}}'
			where id = ${world.organizationId}`;
		const { id } = await vanish('email');
		expect(await resolve()).toEqual({ resent: 1, failed: 0 });
		const [again] = await start(await claim());
		expect(again).toMatchObject({ id, attempt: 2, idempotencyKey: `${world.organizationId}:${id}:1` });
		await expireLease(id);
		expect(await resolve(2)).toEqual({ resent: 0, failed: 1 });
		await world.sql`update organizations set settings = null where id = ${world.organizationId}`;
	});

	it('is sent again only to a webhook that deduplicates', async () => {
		const configuration = { url: 'https://n8n.test/webhook/sms', communicationTypes: ['sms'] };
		const save = (deduplicates: boolean) =>
			world.integration({
				integrationType: 'webhook',
				name: 'sms',
				configuration: { ...configuration, deduplicates },
			});
		await save(false);
		await vanish('sms');
		expect(await resolve()).toEqual({ resent: 0, failed: 1 });
		await save(true);
		await vanish('sms');
		expect(await resolve()).toEqual({ resent: 1, failed: 0 });
	});
});

async function cancel(id: number): Promise<number> {
	const { count } = await world.sql`
		update communications
		set status = 'cancelled'
		where id = ${id}
			and status = 'scheduled'
			and dispatch_started_at is null`;
	return count;
}
