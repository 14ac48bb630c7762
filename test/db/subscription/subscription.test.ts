import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { logCommunications } from '../../../db/communication/write';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { changeLeadStatus, updateLeads } from '../../../db/lead/update';
import {
	acknowledgeEvents,
	claimEvents,
	type EventClaim,
	releaseSubscription,
	renewLease,
} from '../../../db/subscription/claimEvents';
import {
	closeSubscription,
	eventChannel,
	listSubscriptions,
	type NewSubscription,
	openSubscription,
} from '../../../db/subscription/subscription';
import type { LmaEvent } from '../../../domain/event/event';
import { seedOrganization } from '../../setup/database';
import { settled } from '../../setup/settled';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
let owner: postgres.Sql;
let names: string[] = [];

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1 });
	await seedOrganization(acme.database.ownerUrl, 'rival');
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});
afterEach(async () => {
	for (const name of names) await acme.run((tx) => closeSubscription(tx, name));
	names = [];
});

async function subscribe(overrides: Partial<NewSubscription> = {}): Promise<string> {
	const name = `s${names.length}`;
	names.push(name);
	// Now is the oldest transaction that still runs.
	await settled(owner);
	await acme.run((tx) => openSubscription(tx, { name, eventTypes: ['lead.created'], ...overrides }));
	return name;
}

async function create(...emails: string[]): Promise<number[]> {
	const leads = emails.map((email) => ({ email: `${email}@x.test`, firstName: email, lastName: '' }));
	return rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
}

async function claim(name: string, reader = 'one', limit = 100): Promise<EventClaim | null> {
	await settled(owner);
	return acme.run((tx) => claimEvents(tx, name, { reader, limit }));
}
const acknowledge = (name: string, { epoch, cursor }: EventClaim) =>
	acme.run((tx) => acknowledgeEvents(tx, name, epoch, cursor));
const leadIds = (events: LmaEvent[] | undefined) => events?.map((event) => event.leadId);

/** Lets the lease of a subscription end. */
async function expireLease(name: string): Promise<void> {
	const [held] = await acme.run((tx) => listSubscriptions(tx));
	expect(held?.leaseOwner).not.toBeNull();
	await owner`
		update lma.event_subscriptions
		set lease_until = now() - interval '1 second'
		where name = ${name}`;
}

describe('a subscription', () => {
	it('begins now, or at the beginning, and stays where it is when it is opened again', async () => {
		const [before] = await create('before');
		const fromNow = await subscribe();
		const fromBeginning = await subscribe({ from: 'beginning' });
		const [after] = await create('after');
		expect(leadIds((await claim(fromNow))?.events)).toEqual([after]);
		expect(leadIds((await claim(fromBeginning))?.events)).toContain(before);

		await acknowledge(fromNow, (await claim(fromNow))!);
		const [later] = await create('later');
		await acme.run((tx) => openSubscription(tx, { name: fromNow, eventTypes: ['lead.created'] }));
		expect(leadIds((await claim(fromNow))?.events)).toEqual([later]);
		await acme.run((tx) =>
			openSubscription(tx, { name: fromNow, eventTypes: ['lead.created'], from: 'now' }),
		);
		expect((await claim(fromNow))?.events).toEqual([]);
	});

	it('delivers the whole event, in camelCase, with the workflow that did it', async () => {
		const name = await subscribe({ eventTypes: ['communication.scheduled', 'lead.updated'] });
		const [leadId = 0] = await create('whole');
		await acme.run((tx) => updateLeads(tx, [{ id: leadId, jobTitle: 'CEO' }]), {
			n8nWorkflowId: 'wf',
			n8nExecutionId: '7',
			actorId: acme.organization.userIds[0],
		});
		await acme.run(
			(tx) => tx`
				insert into communications (lead_id, communication_type, direction, status, scheduled_at)
				values (${leadId}, 'call', 'outbound', 'scheduled', '2099-01-01T10:00:00+01:00')`,
		);
		const { events } = (await claim(name))!;
		expect(events[0]).toEqual({
			key: expect.stringMatching(new RegExp(`^${acme.organization.id}:\\d+:\\d+$`)) as string,
			cursor: expect.stringMatching(/^\d+:\d+$/) as string,
			type: 'lead.updated',
			organizationId: acme.organization.id,
			leadId,
			userId: acme.organization.userIds[0],
			communicationId: null,
			campaignId: null,
			before: { jobTitle: null },
			after: { jobTitle: 'CEO' },
			n8nWorkflowId: 'wf',
			n8nExecutionId: '7',
			occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
		});
		expect(events[1]?.after).toMatchObject({
			communicationType: 'call',
			scheduledAt: '2099-01-01T09:00:00.000Z',
		});
	});

	it('delivers again, under the same key, what was not acknowledged', async () => {
		const name = await subscribe();
		await create('a', 'b');
		const first = (await claim(name))!;
		const again = (await claim(name))!;
		expect(again.events).toEqual(first.events);
		expect(again.epoch).toBeGreaterThan(first.epoch);
		expect(await acknowledge(name, again)).toBe(true);
		expect((await claim(name))?.events).toEqual([]);
	});

	it('can be acknowledged event by event', async () => {
		const name = await subscribe();
		const [, b, c] = await create('a', 'b', 'c');
		const batch = (await claim(name))!;
		const done = { ...batch, cursor: batch.events[0]!.cursor };
		expect(await acknowledge(name, done)).toBe(true);
		expect(await acknowledge(name, done)).toBe(true);
		expect(leadIds((await claim(name))?.events)).toEqual([b, c]);
	});

	it('hands out one transaction in parts when it is larger than the limit', async () => {
		const name = await subscribe();
		const ids = await create('a', 'b', 'c', 'd', 'e');
		const delivered: (number | null)[] = [];
		for (let more = true; more;) {
			const batch = (await claim(name, 'one', 2))!;
			delivered.push(...leadIds(batch.events)!);
			await acknowledge(name, batch);
			more = batch.more;
		}
		expect(delivered).toEqual(ids);
	});

	it('refuses a cursor that is not of the claim', async () => {
		const name = await subscribe();
		await create('a');
		const batch = (await claim(name))!;
		const [transaction = ''] = batch.cursor.split(':');
		for (const cursor of ['0:0', `${transaction}:${Number.MAX_SAFE_INTEGER}`, '1;2', '']) {
			await expect(acknowledge(name, { ...batch, cursor }), cursor).rejects.toMatchObject({
				code: 'INVALID_VALUE',
				field: 'cursor',
			});
		}
	});

	it('says that there is no such subscription', async () => {
		await expect(claim('nobody')).rejects.toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
		await expect(acknowledge('nobody', { epoch: 1, cursor: '1:1', events: [], more: false })).rejects.toThrow(
			'Subscription nobody not found',
		);
		expect(await acme.run((tx) => closeSubscription(tx, 'nobody'))).toBe(false);
	});

	it('names what is wrong with it', async () => {
		const open = (input: object) => acme.run((tx) => openSubscription(tx, input as NewSubscription));
		await expect(open({ name: ' ', eventTypes: ['lead.created'] })).rejects.toMatchObject({ field: 'name' });
		await expect(open({ name: 'x', eventTypes: [] })).rejects.toMatchObject({ field: 'eventTypes' });
		await expect(open({ name: 'x', eventTypes: ['lead.sold'] })).rejects.toThrow('must be one of');
		await expect(
			open({ name: 'x', eventTypes: ['lead.created'], filter: { minScore: 101 } }),
		).rejects.toMatchObject({ field: 'filter.minScore' });
	});

	it('is told on a channel of the organization that there is something to read', async () => {
		const channel = await acme.run((tx) => eventChannel(tx));
		const woken = Promise.withResolvers<string>();
		const listening = await acme.sql.listen(channel, woken.resolve);
		await create('loud');
		expect(await woken.promise).toBe('');
		await listening.unlisten();
	});

	it('tells how far it is behind', async () => {
		const name = await subscribe();
		expect(await acme.run((tx) => listSubscriptions(tx))).toMatchObject([
			{
				name,
				eventsBehind: 0,
				hasMore: false,
				oldestAt: null,
				ageSeconds: 0,
				delivered: 0,
				leaseOwner: null,
			},
		]);
		const ids = await create('a', 'b');
		await acme.run((tx) => changeLeadStatus(tx, [{ id: ids[0]!, status: 'CONTACTED' }]));
		await claim(name, 'one', 1);
		await settled(owner);
		const [lag] = await acme.run((tx) => listSubscriptions(tx));
		expect(lag).toMatchObject({ eventsBehind: 2, delivered: 1, leaseOwner: 'one' });
		expect(Date.parse(lag!.oldestAt!)).toBeGreaterThan(Date.now() - 60_000);
		expect(lag!.ageSeconds).toBeLessThan(60);
	});
});

describe('a filter', () => {
	it('asks for hot leads by what the event says, else by the lead', async () => {
		const eventTypes = ['lead.temperatureChanged', 'lead.updated'] as const;
		const name = await subscribe({ eventTypes: [...eventTypes], filter: { temperatures: ['hot'] } });
		const [hot = 0, cold = 0, cooled = 0] = await create('hot', 'cold', 'cooled');
		await acme.run((tx) => updateLeads(tx, [{ id: hot, leadTemperature: 'hot' }]));
		await acme.run((tx) => updateLeads(tx, [{ id: cooled, leadTemperature: 'hot' }]));
		await acme.run((tx) => updateLeads(tx, [{ id: cooled, leadTemperature: 'cold' }]));
		await acme.run((tx) =>
			updateLeads(
				tx,
				[hot, cold, cooled].map((id) => ({ id, company: 'C' })),
			),
		);
		const { events } = (await claim(name))!;
		expect(events.map(({ type, leadId }) => [type, leadId])).toEqual([
			['lead.temperatureChanged', hot],
			['lead.temperatureChanged', cooled],
			['lead.updated', hot],
		]);
	});

	it('asks for score, status, owner, campaign and kind of communication', async () => {
		const [userId = 0] = acme.organization.userIds;
		const [mine = 0, other = 0] = await create('mine', 'other');
		const change = (filter: NewSubscription['filter']) =>
			subscribe({ eventTypes: ['lead.updated', 'communication.logged', 'campaign.leadAdded'], filter });
		const byScore = await change({ minScore: 50 });
		const byStatus = await change({ statuses: ['CONTACTED', 'QUALIFIED'] });
		const byOwner = await change({ ownerIds: [userId] });
		const byType = await change({ communicationTypes: ['call'] });
		const [campaign] = await acme.run(
			(tx) => tx<{ id: number }[]>`
				insert into campaigns (organization_id, name)
				values (lma.current_organization_id(), 'Autumn')
				returning id`,
		);
		const byCampaign = await change({ campaignIds: [campaign!.id] });
		await acme.run(
			(tx) => tx`
				update leads
				set score = 60, status = 'QUALIFIED', assigned_to_id = ${userId}
				where id = ${mine}`,
		);
		await acme.run(
			(tx) => tx`insert into campaign_leads (campaign_id, lead_id) values (${campaign!.id}, ${mine})`,
		);
		await acme.run((tx) =>
			updateLeads(
				tx,
				[mine, other].map((id) => ({ id, company: 'D' })),
			),
		);
		await acme.run((tx) =>
			logCommunications(
				tx,
				(['call', 'email'] as const).map((communicationType) => ({
					leadId: other,
					communicationType,
					direction: 'outbound',
				})),
			),
		);
		const types = async (name: string) =>
			(await claim(name))!.events.map(({ type, leadId }) => `${type} ${leadId === mine ? 'mine' : 'other'}`);
		expect(await types(byScore)).toEqual(['campaign.leadAdded mine', 'lead.updated mine']);
		expect(await types(byStatus)).toEqual(['campaign.leadAdded mine', 'lead.updated mine']);
		expect(await types(byOwner)).toEqual(['campaign.leadAdded mine', 'lead.updated mine']);
		expect(await types(byCampaign)).toEqual(['campaign.leadAdded mine', 'lead.updated mine']);
		expect(await types(byType)).toEqual([
			'campaign.leadAdded mine',
			'lead.updated mine',
			'lead.updated other',
			'communication.logged other',
		]);
	});

	it('leaves out the events of a lead that is gone', async () => {
		const name = await subscribe();
		const [gone = 0, stays = 0] = await create('gone', 'stays');
		await acme.run((tx) => deleteLeads(tx, [gone]));
		expect(leadIds((await claim(name))?.events)).toEqual([stays]);
	});
});

describe('several readers', () => {
	it('never hold the lease at once', async () => {
		const name = await subscribe();
		await create('a');
		const claims = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((reader) => claim(name, reader)));
		expect(claims.filter((batch) => batch !== null && batch.events.length > 0)).toHaveLength(1);
	});

	it('take turns: with the last event acknowledged the next one may claim', async () => {
		const name = await subscribe();
		await create('a', 'b');
		const first = (await claim(name, 'one', 1))!;
		expect(await claim(name, 'two')).toBeNull();
		await acknowledge(name, first);
		const second = (await claim(name, 'two'))!;
		expect(second.events).toHaveLength(1);
		expect(await acknowledge(name, first)).toBe(false);
	});

	it('inherit what one that was killed had claimed, and fence it off', async () => {
		const name = await subscribe();
		await create('a');
		const killed = (await claim(name, 'killed'))!;
		expect(await claim(name, 'heir')).toBeNull();
		await expireLease(name);
		const inherited = (await claim(name, 'heir'))!;
		expect(inherited.events).toEqual(killed.events);
		expect(await acknowledge(name, killed)).toBe(false);
		expect(await acme.run((tx) => renewLease(tx, name, killed.epoch, 60))).toBe(false);
		expect(await acme.run((tx) => releaseSubscription(tx, name, killed.epoch))).toBe(false);
		expect((await claim(name, 'heir'))?.events).toEqual(killed.events);
	});

	it('may acknowledge late, as long as nobody has taken over', async () => {
		const name = await subscribe();
		await create('a');
		const late = (await claim(name))!;
		await expireLease(name);
		expect(await acknowledge(name, late)).toBe(true);
	});

	it('renew their lease, and give it back with what went wrong', async () => {
		const name = await subscribe();
		await create('a');
		const batch = (await claim(name, 'one'))!;
		await expireLease(name);
		expect(await acme.run((tx) => renewLease(tx, name, batch.epoch, 60))).toBe(true);
		expect(await claim(name, 'two')).toBeNull();
		expect(await acme.run((tx) => releaseSubscription(tx, name, batch.epoch, { error: 'n8n is away' }))).toBe(
			true,
		);
		expect(await acme.run((tx) => listSubscriptions(tx))).toMatchObject([
			{ lastError: 'n8n is away', leaseOwner: null },
		]);
		expect((await claim(name, 'two'))?.events).toEqual(batch.events);
	});
});

describe('another organization', () => {
	const inRival = <T>(work: Parameters<typeof inOrganization<T>>[2]) =>
		inOrganization(acme.sql, 'rival', work);

	it('has subscriptions of the same name that know nothing of ours', async () => {
		const name = await subscribe({ from: 'beginning' });
		await create('secret');
		expect(await inRival((tx) => listSubscriptions(tx))).toEqual([]);
		await expect(inRival((tx) => claimEvents(tx, name, { reader: 'spy' }))).rejects.toThrow('not found');
		await inRival((tx) => openSubscription(tx, { name, eventTypes: ['lead.created'], from: 'beginning' }));
		expect((await inRival((tx) => claimEvents(tx, name, { reader: 'spy' })))?.events).toEqual([]);
		const ours = (await claim(name))!;
		expect(ours.events.length).toBeGreaterThan(0);
		expect(
			await inRival((tx) => acknowledgeEvents(tx, name, ours.epoch, ours.cursor)).catch(() => false),
		).toBe(false);
		await inRival((tx) => closeSubscription(tx, name));
		expect(await acme.run((tx) => listSubscriptions(tx))).toHaveLength(1);
	});

	it('and a session without one can neither write the table nor scan past its own', async () => {
		const name = await subscribe();
		for (const statement of [
			`update lma.event_subscriptions set cursor_id = 0`,
			`delete from lma.event_subscriptions`,
			`select lma.scan_events(1, '0', 0, '999999999', 10)`,
			`select lma.rebase_events(true)`,
			`select last_value from lma.event_clock_shift`,
		]) {
			await expect(
				acme.run((tx) => tx.unsafe(statement)),
				statement,
			).rejects.toMatchObject({ code: '42501' });
		}
		const claimed = await acme.sql`select * from lma.claim_events(${name}, 'x', 60, 10, 10)`;
		expect(claimed).toMatchObject([{ outcome: 'unknown' }]);
		await expect(
			acme.sql`select lma.open_subscription('x', array['lead.created'], '{}', 'now')`,
		).rejects.toMatchObject({ code: 'LM001' });
	});
});
