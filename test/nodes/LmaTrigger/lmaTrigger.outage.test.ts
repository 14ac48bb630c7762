import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { findFreePort } from '../../../cli/machine/freePort';
import { LmaTrigger } from '../../../nodes/LmaTrigger/LmaTrigger.node';
import { passMoment } from '../../setup/moment';
import { hasPgBouncer, startPgBouncer } from '../../setup/pgbouncer';
import { startProxy } from './silentProxy';
import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

/**
 * What would end a process that nobody protects. Vitest's own listeners are put aside: it would take for a failure what
 * the trigger takes care of.
 */
const fatal = vi.fn();
const listeners = process.listeners('unhandledRejection');
beforeAll(() => {
	process.removeAllListeners('unhandledRejection');
	process.on('uncaughtException', fatal);
});
afterEach(() => {
	expect(fatal).not.toHaveBeenCalled();
});
afterAll(() => {
	process.off('uncaughtException', fatal);
	for (const listener of listeners) process.on('unhandledRejection', listener);
});

const soon = { interval: 20, timeout: 15_000 };
const late = { interval: 50, timeout: 55_000 };

/** Ends connections of triggers, or those of one kind. */
async function terminate(kind = 'n8n-nodes-lma %'): Promise<number> {
	const rows = await lma.owner`
		select pg_terminate_backend(pid)
		from pg_stat_activity
		where datname = current_database() and application_name like ${kind}`;
	return rows.length;
}

/** Resolves when the triggers have not asked anything for longer than the looks after an event are apart. */
async function untilQuiet(): Promise<void> {
	const quiet = async () => {
		const [row] = await lma.owner<[{ quiet: boolean }]>`
			select bool_and(state = 'idle' and state_change < now() - interval '2.5 seconds') as quiet
			from pg_stat_activity
			where datname = current_database() and application_name = 'n8n-nodes-lma trigger'`;
		return row.quiet;
	};
	await expect.poll(quiet, soon).toBe(true);
}

test('a trigger whose connections are ended, again and again, misses nothing and repeats nothing', async () => {
	const workflow = await lma.publish();
	const ids: number[] = [];
	for (let round = 0; round < 15; round++) {
		ids.push(...(await lma.insertLeads(`killed${round}@acme.test`)));
		await terminate();
		ids.push(...(await lma.insertLeads(`after${round}@acme.test`)));
		// At another moment each time: also while a connection is being made.
		await passMoment(round * 20);
		await terminate(round % 2 ? 'n8n-nodes-lma trigger' : 'n8n-nodes-lma listener');
	}
	await expect.poll(() => workflow.items().length, late).toBe(ids.length);
	expect(workflow.items().map(({ leadId }) => leadId)).toEqual(ids);
	expect(workflow.errors).toEqual([]);
	await workflow.unpublish();
});

test('the listener comes back by itself: an event is there at once, not at the next look', async () => {
	const workflow = await lma.publish();
	const listeners = () =>
		lma.owner<{ pid: number }[]>`
			select pid
			from pg_stat_activity
			where datname = current_database() and application_name = 'n8n-nodes-lma listener' and query like 'listen %'`;
	await expect.poll(async () => (await listeners()).length, soon).toBe(1);
	const [before] = await listeners();
	await terminate('n8n-nodes-lma listener');
	await expect.poll(async () => (await listeners())[0]?.pid ?? before!.pid, soon).not.toBe(before!.pid);
	// Past the looks that follow a new connection.
	await untilQuiet();
	const begun = Date.now();
	await lma.insertLeads('heard@acme.test');
	await expect.poll(() => workflow.emitted.length, { interval: 5, timeout: 2000 }).toBe(1);
	expect(Date.now() - begun).toBeLessThan(2000);
	await workflow.unpublish();
});

test(
	'a line that goes silent is given up, and what happened meanwhile comes',
	{ timeout: 120_000 },
	async () => {
		const proxy = await startProxy(lma.credential);
		const credentials = { lmaApi: { ...lma.credential, port: proxy.port } };
		const workflow = await lma.publish({}, { credentials });
		const [first] = await lma.insertLeads('before-silence@acme.test');
		await expect.poll(() => workflow.items().length, soon).toBe(1);
		// Between two looks: a transaction that is open now would hold up the events.
		await untilQuiet();
		proxy.silence();
		const [second] = await lma.insertLeads('in-silence@acme.test');
		// The notification.
		await expect.poll(() => proxy.lost, soon).toBeGreaterThan(0);
		expect(workflow.items()).toHaveLength(1);
		proxy.heal();
		await expect.poll(() => workflow.items().length, late).toBe(2);
		expect(workflow.items().map(({ leadId }) => leadId)).toEqual([first, second]);
		// It hears again, too.
		await lma.insertLeads('after-silence@acme.test');
		await expect.poll(() => workflow.items().length, late).toBe(3);
		await workflow.unpublish();
		await proxy.stop();
	},
);

test('a network that is down while n8n starts is no reason not to start', async () => {
	const proxy = await startProxy(lma.credential);
	await proxy.cut();
	const credentials = { lmaApi: { ...lma.credential, port: proxy.port } };
	const known = await lma.publish({}, { workflowId: 'starts-anyway' });
	await known.unpublish();
	const [meanwhile] = await lma.insertLeads('while-down@acme.test');
	const workflow = await lma.publish({}, { workflowId: 'starts-anyway', credentials, activation: 'init' });
	await expect.poll(() => proxy.attempts, soon).toBeGreaterThan(2);
	await proxy.restore();
	await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual([meanwhile]);
	await workflow.unpublish();
	await proxy.stop();
});

test('whoever publishes while the database cannot be reached is told so', async () => {
	const credentials = { lmaApi: { ...lma.credential, port: await findFreePort() } };
	await expect(lma.publish({}, { credentials })).rejects.toThrow(/Nothing answers at this host and port/);
	await expect(
		lma.publish(
			{},
			{ credentials: { lmaApi: { ...lma.credential, organization: 'initech' } }, activation: 'update' },
		),
	).rejects.toThrow(/Organization initech not found/);
	await expect.poll(() => lma.connections(), soon).toBe(0);
});

describe('an outage', () => {
	test('that somebody must mend is told once by emitError, and ends by itself', async () => {
		const user = `told_once_${process.pid}`;
		await lma.owner.unsafe(`create role ${user} login password 'first' in role lma_app`);
		const proxy = await startProxy(lma.credential);
		const credentials = { lmaApi: { ...lma.credential, port: proxy.port, user, password: 'first' } };
		const untilTold = async (times: number) => {
			// Again and again: a connection that is signing in is not among those that can be ended, and may outlive the change.
			const told = async () => {
				await terminate();
				return workflow.errors.length;
			};
			await expect.poll(told, late).toBe(times);
		};
		const changePassword = (password: string) =>
			lma.owner.unsafe(`alter role ${user} password '${password}'`);
		const workflow = await lma.publish({}, { credentials, workflowId: 'told-once' });
		await expect.poll(() => lma.connections(), soon).toBeGreaterThan(0);
		await changePassword('second');
		await untilTold(1);
		expect(workflow.errors[0]?.message).toMatch(/User or password is wrong/);
		expect(JSON.stringify(workflow.errors[0])).not.toContain('first');
		const [meanwhile] = await lma.insertLeads('told@acme.test');
		const before = proxy.attempts;
		await expect.poll(() => proxy.attempts, late).toBeGreaterThan(before + 3);
		expect(workflow.errors).toHaveLength(1);
		// Somebody corrects the credential in n8n, and does nothing else.
		credentials.lmaApi.password = 'second';
		await expect.poll(() => workflow.items().map(({ leadId }) => leadId), late).toEqual([meanwhile]);
		expect(workflow.isActive).toBe(true);
		// Once it has worked, the next one is told, too.
		await lma.insertLeads('works@acme.test');
		await expect.poll(() => workflow.items().length, soon).toBe(2);
		await changePassword('third');
		await untilTold(2);
		credentials.lmaApi.password = 'third';
		await lma.insertLeads('told-again@acme.test');
		await expect.poll(() => workflow.items().length, late).toBe(3);
		await workflow.unpublish();
		await expect.poll(() => lma.connections(), soon).toBe(0);
		await lma.owner.unsafe(`drop role ${user}`);
		await proxy.stop();
	}, 90_000);

	test('during an execution does not repeat it', async () => {
		const proxy = await startProxy(lma.credential);
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const workflow = await lma.publish(
			{},
			{
				credentials: { lmaApi: { ...lma.credential, port: proxy.port } },
				execution: () => end,
			},
		);
		await lma.insertLeads('outage@acme.test');
		await expect.poll(() => workflow.emitted.length, soon).toBe(1);
		await proxy.cut();
		const before = proxy.attempts;
		finish(undefined);
		await expect.poll(() => proxy.attempts, soon).toBeGreaterThan(before + 1);
		await proxy.restore();
		const [next] = await lma.insertLeads('after-outage@acme.test');
		await expect.poll(() => workflow.items().at(-1)?.['leadId'], soon).toBe(next);
		expect(workflow.emitted).toHaveLength(2);
		await workflow.unpublish();
		await proxy.stop();
	});
});

describe('another n8n', () => {
	/** A process of its own, as far as modules are concerned. */
	async function publishInAnother(workflowId: string, port = lma.credential.port) {
		vi.resetModules();
		const { LmaTrigger: Other } = (await import('../../../nodes/LmaTrigger/LmaTrigger.node.js')) as {
			LmaTrigger: typeof LmaTrigger;
		};
		expect(Other).not.toBe(LmaTrigger);
		return await lma.publish(
			{},
			{
				workflowId,
				credentials: { lmaApi: { ...lma.credential, port } },
				nodes: { 'n8n-nodes-lma.lmaTrigger': new Other() },
			},
		);
	}

	test('shares the events: each goes to one of both', async () => {
		const one = await lma.publish({}, { workflowId: 'shared' });
		const other = await publishInAnother('shared');
		const ids: number[] = [];
		for (let n = 0; n < 30; n++) ids.push(...(await lma.insertLeads(`shared${n}@acme.test`)));
		const got = () => [...one.items(), ...other.items()].map(({ leadId }) => Number(leadId));
		await expect.poll(() => got().length, soon).toBeGreaterThanOrEqual(30);
		expect(got().sort((a, b) => a - b)).toEqual(ids);
		await one.unpublish();
		await other.unpublish();
	});

	test('takes over from one that has died, with the same keys; what that one says later counts for nothing', async () => {
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const one = await lma.publish({}, { workflowId: 'dies', execution: () => end });
		const [leadId] = await lma.insertLeads('dies@acme.test');
		await expect.poll(() => one.emitted.length, soon).toBe(1);
		const proxy = await startProxy(lma.credential);
		const other = await publishInAnother('dies', proxy.port);
		// It looks, and finds that another one has the events in hand.
		const asked = proxy.answers;
		await expect.poll(() => proxy.answers, soon).toBeGreaterThan(asked + 10);
		expect(other.emitted).toHaveLength(0);
		// What a dead one no longer does is renew its lease.
		await lma.owner`
			update lma.event_subscriptions
			set lease_until = now() - interval '1 second'
			where name like '%:dies:%'`;
		await expect.poll(() => other.items().map((item) => item['leadId']), soon).toEqual([leadId]);
		expect(other.items()[0]?.['key']).toBe(one.items()[0]?.['key']);
		const [next] = await lma.insertLeads('lives@acme.test');
		await expect.poll(() => other.items().at(-1)?.['leadId'], soon).toBe(next);
		finish(undefined);
		const [last] = await lma.insertLeads('last@acme.test');
		await expect
			.poll(() => [...one.items(), ...other.items()].filter((item) => item['leadId'] === last).length, soon)
			.toBe(1);
		expect([...one.items(), ...other.items()]).toHaveLength(4);
		await one.unpublish();
		await other.unpublish();
		await proxy.stop();
	});
});

test.runIf(hasPgBouncer())(
	'behind PgBouncer in transaction mode looking is enough',
	{ timeout: 60_000 },
	async () => {
		const pooler = await startPgBouncer(
			`postgres://${lma.credential.user}:${lma.credential.password}@${lma.credential.host}:${lma.credential.port}/postgres`,
		);
		const { port } = new URL(pooler.url);
		const workflow = await lma.publish(
			{},
			{ credentials: { lmaApi: { ...lma.credential, host: '127.0.0.1', port: Number(port) } } },
		);
		const ids: number[] = [];
		for (const address of ['pooled1@acme.test', 'pooled2@acme.test']) {
			ids.push(...(await lma.insertLeads(address)));
			await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual(ids);
		}
		// Listening there would be left to the next client of the same connection.
		const channels = await lma.owner`
		select from pg_stat_activity where datname = current_database() and query like 'listen %'`;
		expect(channels).toHaveLength(0);
		await workflow.unpublish();
		await pooler.stop();
	},
);
