import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { logCommunications, scheduleCommunications } from '../../../db/communication/write';
import type { Sql } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { createNotes } from '../../../db/note/note';
import { claimEvents } from '../../../db/subscription/claimEvents';
import { openSubscription } from '../../../db/subscription/subscription';
import { settled } from '../../setup/settled';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
let owner: postgres.Sql;
let leadId: number;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1 });
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});
beforeEach(async () => {
	leadId = rowOf(
		await acme.run((tx) => createLeads(tx, [{ email: 'a@x.test', firstName: '', lastName: '' }])),
	).id;
	await owner`delete from communications`;
	await owner`delete from activity_logs`;
});

interface Activity {
	activityType: string;
	leadId: number;
	communicationId: number | null;
	campaignId: number | null;
	activityMetadata: Record<string, unknown>;
}
const trail = () =>
	acme.run(
		(tx) => tx<Activity[]>`
			select activity_type, lead_id, communication_id, campaign_id, activity_metadata
			from activity_logs
			order by transaction_id, id`,
	);
const types = async () => (await trail()).map(({ activityType }) => activityType);
const log = async (direction: 'inbound' | 'outbound', completedAt?: string) =>
	rowOf(
		await acme.run((tx) =>
			logCommunications(tx, [
				{ leadId, communicationType: 'email', direction, completedAt, subject: 'Hello', content: 'Dear Ada' },
			]),
		),
	).id;
const change = (work: (tx: Sql) => PromiseLike<unknown>) => acme.run(async (tx) => void (await work(tx)));

describe('an answer', () => {
	it('is an inbound communication after an outbound one, in the same transaction', async () => {
		await log('inbound', '2026-01-01T00:00:00Z');
		expect(await types()).toEqual(['communication.logged']);
		const first = await log('outbound', '2026-01-02T00:00:00Z');
		const last = await log('outbound', '2026-01-03T00:00:00Z');
		expect(last).not.toBe(first);
		await owner`delete from activity_logs`;
		const answer = await log('inbound', '2026-01-04T00:00:00Z');
		const [logged, replied] = await trail();
		expect(logged).toMatchObject({ activityType: 'communication.logged', communicationId: answer });
		expect(replied).toMatchObject({
			activityType: 'communication.replied',
			leadId,
			communicationId: answer,
			activityMetadata: { after: { direction: 'inbound', communication_type: 'email', reply_to_id: last } },
		});
	});

	it('is none when the outbound one is still scheduled, failed, later, or of another lead', async () => {
		await acme.run((tx) =>
			scheduleCommunications(tx, [
				{ leadId, communicationType: 'call', scheduledAt: '2099-01-01T00:00:00Z' },
			]),
		);
		await log('outbound', '2026-06-01T00:00:00Z');
		await owner`delete from activity_logs`;
		await log('inbound', '2026-01-01T00:00:00Z');
		expect(await types()).toEqual(['communication.logged']);
	});

	it('is also one that was expected and now has come', async () => {
		await log('outbound');
		await change(
			(tx) => tx`
				insert into communications (lead_id, communication_type, direction, status, scheduled_at)
				values (${leadId}, 'call', 'inbound', 'scheduled', now())`,
		);
		await owner`delete from activity_logs`;
		await change(
			(tx) =>
				tx`update communications set status = 'completed', completed_at = now() where status = 'scheduled'`,
		);
		expect(await types()).toEqual(['communication.completed', 'communication.replied']);
	});

	it('names, among many of one lead in one write, the last one sent before each', async () => {
		const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}T00:00:00Z`;
		const said = await acme.run((tx) =>
			logCommunications(
				tx,
				(
					[
						[1, 'inbound'],
						[5, 'inbound'],
						[2, 'outbound'],
						[3, 'inbound'],
						[4, 'outbound'],
						[4, 'outbound'],
						[4, 'inbound'],
					] as const
				).map(([n, direction]) => ({ leadId, communicationType: 'email', direction, completedAt: day(n) })),
			),
		);
		const ids = rowsOf(said).map(({ id }) => id);
		const answers = (await trail())
			.filter(({ activityType }) => activityType === 'communication.replied')
			.map(({ communicationId, activityMetadata: { after } }) => [
				ids.indexOf(communicationId!),
				ids.indexOf((after as { reply_to_id: number }).reply_to_id),
			]);
		expect(answers).toEqual([
			[1, 5],
			[3, 2],
			[6, 5],
		]);
	});

	it('costs no more when they all are of one lead', async () => {
		await log('outbound', '2026-01-01T00:00:00Z');
		const inbound = { leadId, communicationType: 'sms', direction: 'inbound' } as const;
		const outbound = { ...inbound, direction: 'outbound' } as const;
		const said = Array.from({ length: 10_000 }, (_, n) => (n % 2 ? inbound : outbound));
		await acme.run(async (tx) => {
			// A look through the lead's history for each of them takes minutes.
			await tx`set local statement_timeout = '20s'`;
			await logCommunications(tx, said);
		});
		expect((await types()).filter((type) => type === 'communication.replied')).toHaveLength(5_000);
	});

	it('reaches a subscription that asks for answers alone', async () => {
		await settled(owner);
		await acme.run((tx) =>
			openSubscription(tx, { name: 'answers', eventTypes: ['communication.replied'], from: 'now' }),
		);
		await log('outbound');
		const answer = await log('inbound');
		await settled(owner);
		const batch = await acme.run((tx) => claimEvents(tx, 'answers', { reader: 'test' }));
		expect(batch?.events).toMatchObject([{ type: 'communication.replied', communicationId: answer }]);
	});
});

describe('the trail of a communication', () => {
	it('says what an edit changed, without what was written', async () => {
		const id = await log('outbound');
		await owner`delete from activity_logs`;
		const [userId] = acme.organization.userIds;
		await change(
			(tx) => tx`
				update communications
				set content = 'Dear Ada Lovelace', subject = 'Hallo', user_id = ${userId!}, comm_metadata = '{"secret": 1}'
				where id = ${id}`,
		);
		const [edit] = await trail();
		expect(edit).toMatchObject({ activityType: 'communication.updated', communicationId: id });
		expect(edit!.activityMetadata).toEqual({
			changed: ['subject', 'content', 'user_id', 'comm_metadata'],
			before: { user_id: null, content_length: 8 },
			after: { user_id: userId, content_length: 17 },
		});
		await change((tx) => tx`update communications set content = content where id = ${id}`);
		expect(await trail()).toHaveLength(1);
	});

	it('says both that it ended and that it was edited', async () => {
		await acme.run((tx) =>
			scheduleCommunications(tx, [
				{ leadId, communicationType: 'call', scheduledAt: '2099-01-01T00:00:00Z' },
			]),
		);
		await owner`delete from activity_logs`;
		await change((tx) => tx`update communications set status = 'cancelled', subject = 'Not needed'`);
		expect(await types()).toEqual(['communication.cancelled', 'communication.updated']);
	});

	it('is silent about leases', async () => {
		await acme.run((tx) =>
			scheduleCommunications(tx, [
				{ leadId, communicationType: 'call', scheduledAt: '2099-01-01T00:00:00Z' },
			]),
		);
		await owner`delete from activity_logs`;
		await owner`update communications set dispatch_epoch = dispatch_epoch + 1, dispatch_at = now() + interval '1 minute'`;
		expect(await types()).toEqual([]);
	});

	it('ends with its deletion, unless its lead goes', async () => {
		const id = await log('outbound');
		await owner`delete from activity_logs`;
		await change((tx) => tx`delete from communications where id = ${id}`);
		expect(await trail()).toMatchObject([
			{
				activityType: 'communication.deleted',
				leadId,
				communicationId: id,
				activityMetadata: { before: { communication_type: 'email', status: 'completed' } },
			},
		]);
		await log('outbound');
		await acme.run((tx) => createNotes(tx, [{ leadId, content: 'x' }]));
		await acme.run((tx) => deleteLeads(tx, [leadId]));
		expect(await types()).toEqual(['lead.deleted']);
	});
});

describe('the trail of a campaign and of notes', () => {
	it('has who was added, changed, moved and removed', async () => {
		const campaigns = await acme.run(
			(tx) => tx<{ id: number }[]>`
				insert into campaigns (organization_id, name)
				select lma.current_organization_id(), n
				from unnest(array['Autumn', 'Winter']) n
				returning id`,
		);
		const [autumn, winter] = campaigns.map(({ id }) => id);
		await change(
			(tx) => tx`insert into campaign_leads (campaign_id, lead_id) values (${autumn!}, ${leadId})`,
		);
		await change((tx) => tx`update campaign_leads set status = 'replied'`);
		await change((tx) => tx`update campaign_leads set status = 'replied'`);
		await change((tx) => tx`update campaign_leads set campaign_id = ${winter!}`);
		await change((tx) => tx`delete from campaigns where id = ${winter!}`);
		expect((await trail()).map((row) => [row.activityType, row.campaignId, row.activityMetadata])).toEqual([
			['campaign.leadAdded', autumn, { after: { campaign_id: autumn, status: 'active' } }],
			[
				'campaign.leadStatusChanged',
				autumn,
				{ before: { status: 'active' }, after: { campaign_id: autumn, status: 'replied' } },
			],
			['campaign.leadRemoved', autumn, { before: { campaign_id: autumn, status: 'replied' } }],
			['campaign.leadAdded', winter, { after: { campaign_id: winter, status: 'replied' } }],
			['campaign.leadRemoved', winter, { before: { campaign_id: winter, status: 'replied' } }],
		]);
	});

	it('has notes, without what they say', async () => {
		const { id } = rowOf(await acme.run((tx) => createNotes(tx, [{ leadId, content: 'private' }])));
		await change((tx) => tx`delete from lead_notes where id = ${id}`);
		const rows = await trail();
		expect(rows).toMatchObject([
			{ activityType: 'note.created', leadId, activityMetadata: { after: { id, content_length: 7 } } },
			{ activityType: 'note.deleted', leadId, activityMetadata: { before: { id, content_length: 7 } } },
		]);
		expect(JSON.stringify(rows)).not.toContain('private');
	});

	it('of a lead that is deleted goes with it, from archived months too', async () => {
		const kept = rowsOf(
			await acme.run((tx) => createLeads(tx, [{ email: 'b@x.test', firstName: '', lastName: '' }])),
		)[0]!.id;
		await owner`create table lma_archive.activity_logs_2020_01 (like activity_logs)`;
		await owner`alter table lma_archive.activity_logs_2020_01 owner to lma_owner`;
		await owner`
			insert into lma_archive.activity_logs_2020_01 (id, organization_id, lead_id, activity_type, activity_metadata,
				transaction_id, created_at)
			select n, ${acme.organization.id}, lead, 'lead.updated', '{}', '1', '2020-01-15'
			from unnest(array[${leadId}::int, ${kept}::int]) with ordinality as t(lead, n)`;
		await acme.run((tx) => deleteLeads(tx, [leadId]));
		const left = await owner`select lead_id from lma_archive.activity_logs_2020_01`;
		expect(left).toMatchObject([{ lead_id: kept }]);
	});
});
