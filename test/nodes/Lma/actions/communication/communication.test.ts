import { DateTime } from 'luxon';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	const [lead] = await lma.output('lead.create', {
		email: 'ada@example.com',
		firstName: 'Ada',
		lastName: 'L',
	});
	leadId = lead?.id as number;
});

function inDays(days: number): string {
	return DateTime.utc().plus({ days }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

describe('communication log', () => {
	test('records what took place, with the lead’s contact dates', async () => {
		const [logged] = await lma.output(
			'communication.log',
			{
				leadId: byId(leadId),
				communicationType: 'call',
				direction: 'outbound',
				additionalFields: {
					subject: 'First call',
					content: 'Wants an offer',
					completedAt: '2026-07-01T09:30:00',
					userId: lma.acme.userIds[0] ?? 0,
					commMetadata: '={{ { minutes: 12 } }}',
				},
			},
			[{}],
			{ timezone: 'Europe/Berlin' },
		);
		expect(logged).toMatchObject({
			leadId,
			communicationType: 'call',
			status: 'completed',
			completedAt: '2026-07-01T07:30:00.000Z',
			commMetadata: { minutes: 12 },
			userId: lma.acme.userIds[0],
		});
		const [lead] = await lma.output('lead.get', { leadId: byId(leadId) });
		expect(lead?.lastContactedAt).toBe('2026-07-01T07:30:00.000Z');
	});
});

describe('communication schedule', () => {
	const email = { communicationType: 'email', additionalFields: { subject: 'Hello' } };

	test('reads a time without zone in the workflow’s time zone', async () => {
		const local = inDays(3);
		const [scheduled] = await lma.output(
			'communication.schedule',
			{ ...email, leadId: byId(leadId), scheduledAt: local },
			[{}],
			{ timezone: 'Asia/Tokyo' },
		);
		expect(scheduled).toMatchObject({
			status: 'scheduled',
			direction: 'outbound',
			scheduledAt: DateTime.fromISO(local, { zone: 'Asia/Tokyo' }).toJSDate().toISOString(),
		});
	});

	test('takes a DateTime and a Date from an expression', async () => {
		const scheduled = await lma.output(
			'communication.schedule',
			{
				...email,
				leadId: byId(leadId),
				scheduledAt: '={{ $json.date ? new Date($json.date) : $now.plus({ days: 2 }) }}',
			},
			[{ date: '2099-01-01T00:00:00Z' }, {}],
		);
		expect(scheduled[0]?.scheduledAt).toBe('2099-01-01T00:00:00.000Z');
		const distance = DateTime.fromISO(scheduled[1]?.scheduledAt as string).diffNow('days').days;
		expect(distance).toBeGreaterThan(1.9);
		expect(distance).toBeLessThan(2.1);
	});

	test('a time long past is refused', async () => {
		const { error } = await lma.run('communication.schedule', {
			...email,
			leadId: byId(leadId),
			scheduledAt: '2020-01-01T00:00:00Z',
		});
		expect(error?.message).toMatch(/^scheduledAt is in the past/);
	});
});

describe('communication cancel', () => {
	test('cancels what is scheduled, and refuses what took place', async () => {
		const [scheduled] = await lma.output('communication.schedule', {
			leadId: byId(leadId),
			communicationType: 'sms',
			scheduledAt: inDays(1),
		});
		const [logged] = await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'sms',
			direction: 'inbound',
		});
		const { outputs } = await lma.run(
			'communication.cancel',
			{ communicationId: '={{ $json.id }}' },
			[{ id: scheduled?.id }, { id: logged?.id }, { id: 999_999 }],
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toMatchObject([
			{ json: { id: scheduled?.id, status: 'cancelled' }, pairedItem: { item: 0 } },
		]);
		expect(outputs[1]).toMatchObject([
			{ json: { id: logged?.id, details: { code: 'CONFLICT' } }, pairedItem: { item: 1 } },
			{
				json: {
					error: expect.stringContaining(
						'Communication 999999 not found, given as communicationId',
					) as unknown,
					details: { code: 'COMMUNICATION_NOT_FOUND', field: 'communicationId' },
				},
				pairedItem: { item: 2 },
			},
		]);
	});
});

describe('communication getMany', () => {
	test('finds communications by lead, status and type', async () => {
		await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'call',
			direction: 'inbound',
		});
		await lma.output('communication.schedule', {
			leadId: byId(leadId),
			communicationType: 'meeting',
			scheduledAt: inDays(1),
		});
		const found = async (filters: Record<string, string | string[]>) =>
			(await lma.output('communication.getMany', { filters: { leadId: String(leadId), ...filters } })).map(
				({ communicationType }) => communicationType,
			);
		expect(await found({})).toEqual(['meeting', 'call']);
		expect(await found({ status: ['scheduled'] })).toEqual(['meeting']);
		expect(await found({ communicationType: ['call', 'sms'] })).toEqual(['call']);
		expect(await found({ scheduledBefore: inDays(2), scheduledAfter: inDays(-1) })).toEqual(['meeting']);
		expect(
			await lma.output('communication.getMany', {
				filters: { leadId: String(leadId), direction: 'inbound', status: ['failed'] },
				options: { ifNothingMatched: 'empty' },
			}),
		).toEqual([{}]);
	});
});

describe('communication get', () => {
	const get = { communicationId: '={{ $json.id }}' };

	test('gives one communication per item, in few fields when asked', async () => {
		const [logged] = await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'call',
			direction: 'inbound',
		});
		const id = logged?.id;
		expect(await lma.output('communication.get', get, [{ id }, { id }])).toEqual([logged, logged]);
		expect(await lma.output('communication.get', { ...get, simplify: true }, [{ id }])).toEqual([
			{
				id,
				leadId,
				communicationType: 'call',
				direction: 'inbound',
				subject: null,
				status: 'completed',
				scheduledAt: null,
				completedAt: logged?.completedAt,
				failureReason: null,
			},
		]);
	});

	test('one that is not there gives what is chosen', async () => {
		const { error } = await lma.run('communication.get', get, [{ id: '9007199254740' }]);
		expect(error?.message).toBe('Communication 9007199254740 not found, given as communicationId');
		for (const operation of ['communication.get', 'communication.cancel']) {
			const empty = { ...get, options: { ifNotFound: 'empty' } };
			expect(await lma.output(operation, empty, [{ id: 999_999 }])).toEqual([{}]);
		}
	});
});

describe('communication reschedule', () => {
	test('moves what is scheduled, in the workflow’s time zone, and refuses what took place', async () => {
		const [scheduled] = await lma.output('communication.schedule', {
			leadId: byId(leadId),
			communicationType: 'sms',
			scheduledAt: inDays(1),
		});
		const [logged] = await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'sms',
			direction: 'inbound',
		});
		const local = inDays(5);
		const { outputs } = await lma.run(
			'communication.reschedule',
			{ communicationId: '={{ $json.id }}', scheduledAt: local, options: { ifNotFound: 'empty' } },
			[{ id: scheduled?.id }, { id: logged?.id }, { id: 999_999 }],
			{ onError: 'continueErrorOutput', timezone: 'Asia/Tokyo' },
		);
		const moved = DateTime.fromISO(local, { zone: 'Asia/Tokyo' }).toJSDate().toISOString();
		expect(outputs[0]).toMatchObject([
			{ json: { id: scheduled?.id, status: 'scheduled', scheduledAt: moved }, pairedItem: { item: 0 } },
			{ json: {}, pairedItem: { item: 2 } },
		]);
		expect(outputs[1]).toMatchObject([
			{
				json: {
					error: expect.stringContaining(`is completed. It has already taken place`) as unknown,
					details: { code: 'CONFLICT' },
				},
			},
		]);
	});

	test('needs to be told to reopen what was cancelled', async () => {
		const [scheduled] = await lma.output('communication.schedule', {
			leadId: byId(leadId),
			communicationType: 'sms',
			scheduledAt: inDays(1),
		});
		const communicationId = scheduled?.id as number;
		await lma.output('communication.cancel', { communicationId });
		const reschedule = { communicationId, scheduledAt: inDays(2) };
		const { error } = await lma.run('communication.reschedule', reschedule);
		expect(error?.description).toMatch(/Turn on Reopen/);
		const [reopened] = await lma.output('communication.reschedule', {
			...reschedule,
			options: { reopen: true },
		});
		expect(reopened).toMatchObject({ status: 'scheduled' });
	});
});
