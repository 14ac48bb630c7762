import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cancelCommunications } from '../../../db/communication/cancel';
import { listCommunications } from '../../../db/communication/list';
import { logCommunications, scheduleCommunications } from '../../../db/communication/write';
import { createLeads } from '../../../db/lead/create';
import { findLeads } from '../../../db/lead/find';
import { newCommunicationSchema, scheduledCommunicationSchema } from '../../../domain/communication/input';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

describe('communications', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let leadId: number;

	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 2 });
		const [row] = rowsOf(
			await acme.run((tx) => createLeads(tx, [{ email: 'a@x.test', firstName: '', lastName: '' }])),
		);
		leadId = row!.id;
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});

	const schedule = async (scheduledAt = IN_AN_HOUR) => {
		const input = { leadId, communicationType: 'email', subject: 'Hi', scheduledAt };
		return acme.run((tx) => scheduleCommunications(tx, [parseInput(scheduledCommunicationSchema, input)]));
	};

	it('logs what happened and moves the contact dates of the lead', async () => {
		const at = (completedAt: string, direction: string) =>
			parseInput(newCommunicationSchema, { leadId, communicationType: 'call', direction, completedAt });
		await acme.run((tx) =>
			logCommunications(tx, [
				at('2026-03-02T10:00:00Z', 'outbound'),
				at('2026-03-01T10:00:00+02:00', 'outbound'),
				at('2026-03-05T10:00:00Z', 'inbound'),
			]),
		);
		const [lead] = rowsOf(await acme.run((tx) => findLeads(tx, [leadId])));
		expect(lead).toMatchObject({
			firstContactedAt: '2026-03-01T08:00:00.000Z',
			lastContactedAt: '2026-03-02T10:00:00.000Z',
			lastEngagementDate: '2026-03-05T10:00:00.000Z',
		});
	});

	it('fails only the communication whose lead or user is unknown', async () => {
		const base = { communicationType: 'call', direction: 'outbound' };
		const results = await acme.run((tx) =>
			logCommunications(tx, [
				parseInput(newCommunicationSchema, { ...base, leadId: 999_999 }),
				parseInput(newCommunicationSchema, { ...base, leadId, userId: 999_999 }),
				parseInput(newCommunicationSchema, { ...base, leadId }),
			]),
		);
		expect(results.map((result) => result.error?.message)).toEqual([
			'Lead 999999 not found',
			'User 999999 not found',
			undefined,
		]);
	});

	it('makes a scheduled communication due for the worker at its time', async () => {
		const [row] = rowsOf(await schedule('2031-05-01T09:00:00+02:00'));
		expect(row).toMatchObject({
			status: 'scheduled',
			direction: 'outbound',
			scheduledAt: '2031-05-01T07:00:00.000Z',
		});
		const [plan] = await owner`
			select dispatch_at = scheduled_at as due, dispatch_epoch, schedule_version
			from communications
			where id = ${row!.id}`;
		expect(plan).toEqual({ due: true, dispatch_epoch: 1, schedule_version: 1 });
	});

	it('fences off work in flight when another client reschedules with plain SQL', async () => {
		const [row] = rowsOf(await schedule());
		await owner`update communications set scheduled_at = scheduled_at + interval '1 hour' where id = ${row!.id}`;
		const [plan] = await owner`
			select dispatch_at = scheduled_at as due, dispatch_epoch, schedule_version
			from communications
			where id = ${row!.id}`;
		expect(plan).toEqual({ due: true, dispatch_epoch: 2, schedule_version: 2 });
	});

	it('refuses a time that has passed, and allows clocks to differ by minutes', async () => {
		const [late] = await schedule('2020-01-01T00:00:00Z');
		expect(late!.error).toMatchObject({ field: 'scheduledAt' });
		rowsOf(await schedule(new Date(Date.now() - 60_000).toISOString()));
	});

	it('cancels what waits, can be repeated, and refuses the rest by its state', async () => {
		const [waiting] = rowsOf(await schedule());
		const [logged] = rowsOf(
			await acme.run((tx) =>
				logCommunications(tx, [
					parseInput(newCommunicationSchema, { leadId, communicationType: 'sms', direction: 'outbound' }),
				]),
			),
		);
		const ids = [waiting!.id, logged!.id, 99_999_999];
		const once = await acme.run((tx) => cancelCommunications(tx, ids));
		expect(once[0]!.row).toMatchObject({ id: waiting!.id, status: 'cancelled' });
		expect(once[1]!.error?.message).toBe(`Communication ${logged!.id} is completed`);
		expect(once[2]!.error?.message).toBe('Communication 99999999 not found');
		const twice = await acme.run((tx) => cancelCommunications(tx, [waiting!.id]));
		expect(twice[0]!.row).toMatchObject({ status: 'cancelled' });
	});

	it('loses the race against a worker that has just begun to send', async () => {
		const [row] = rowsOf(await schedule());
		const begun = Promise.withResolvers<undefined>();
		const release = Promise.withResolvers<undefined>();
		const sending = owner.begin(async (tx) => {
			await tx`update communications set dispatch_started_at = now() where id = ${row!.id}`;
			begun.resolve(undefined);
			await release.promise;
		});
		await begun.promise;
		const cancelling = acme.run((tx) => cancelCommunications(tx, [row!.id]));
		await expect
			.poll(async () => {
				const [waiting] = await owner<{ count: number }[]>`
					select count(*)::int as count
					from pg_stat_activity
					where datname = current_database() and wait_event_type = 'Lock'`;
				return waiting?.count;
			})
			.toBe(1);
		release.resolve(undefined);
		await sending;
		const [result] = await cancelling;
		expect(result!.error?.message).toBe(`Communication ${row!.id} is being sent`);
		const [left] = await owner`select status from communications where id = ${row!.id}`;
		expect(left).toEqual({ status: 'scheduled' });
	});

	it('lists by conditions that combine, newest first', async () => {
		const rows = await acme.run((tx) =>
			listCommunications(tx, { leadId, status: ['scheduled'], communicationType: ['email'], limit: 2 }),
		);
		expect(rows).toHaveLength(2);
		expect(rows[0]!.id).toBeGreaterThan(rows[1]!.id);
		expect(rows[0]).not.toHaveProperty('dispatchEpoch');
	});

	it('asks an e-mail for something to say', () => {
		const empty = { leadId, communicationType: 'email', subject: ' ', scheduledAt: IN_AN_HOUR };
		expect(() => parseInput(scheduledCommunicationSchema, empty)).toThrow(/subject are both empty/);
	});
});
