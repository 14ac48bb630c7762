import { DateTime } from 'luxon';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodeUnderTest } from '../../../../engine/engine';
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

const setRules = (sendGate: object) =>
	lma.owner`update organizations set settings = ${lma.owner.json({ sendGate } as never)} where slug = 'acme'`;

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

	test('asks for what the message says, for e-mails and texts; a call needs nothing', async () => {
		const items = [
			{ type: 'sms' },
			{ type: 'sms', text: '  ' },
			{ type: 'email' },
			{ type: 'sms', text: 'Hi' },
			{ type: 'email', subject: 'Hi' },
			{ type: 'call' },
		];
		const { outputs } = await lma.run(
			'communication.schedule',
			{
				leadId: byId(leadId),
				communicationType: '={{ $json.type }}',
				scheduledAt: inDays(1),
				subject: '={{ $json.subject }}',
				content: '={{ $json.text }}',
			},
			items,
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]?.map(({ json }) => [json.communicationType, json.subject, json.content])).toEqual([
			['sms', null, 'Hi'],
			['email', 'Hi', null],
			['call', null, null],
		]);
		expect(outputs[1]?.map(({ json }) => json.error)).toEqual([
			'content is empty. Write what the text message should say.',
			'content is empty. Write what the text message should say.',
			'content and subject are both empty. Write what the e-mail should say.',
		]);
	});

	test('takes subject and content from their own fields, else from the additional ones', async () => {
		const additionalFields = { subject: 'Old', content: 'Old text', isTransactional: true };
		const schedule = {
			leadId: byId(leadId),
			communicationType: 'email',
			scheduledAt: inDays(1),
			additionalFields,
		};
		const [before] = await lma.output('communication.schedule', schedule);
		expect(before).toMatchObject({ subject: 'Old', content: 'Old text', isTransactional: true });
		const [after] = await lma.output('communication.schedule', {
			...schedule,
			subject: 'New',
			content: 'New text',
		});
		expect(after).toMatchObject({ subject: 'New', content: 'New text' });
		const [meeting] = await lma.output('communication.schedule', {
			...schedule,
			communicationType: 'meeting',
		});
		expect(meeting).toMatchObject({ subject: 'Old', content: 'Old text' });
	});

	test('says that HTML and placeholders go out as they stand', async () => {
		const schedule = { leadId: byId(leadId), communicationType: 'email', scheduledAt: inDays(1) };
		const content = '={{ $json.text }}';
		const ran = await lma.run('communication.schedule', { ...schedule, content }, [
			{ text: '<p>Hello</p>' },
			{ text: 'Hello' },
			{ text: 'Hello {{ firstName }}' },
		]);
		const hintsOf = ({ run }: typeof ran) =>
			run.data.resultData.runData[nodeUnderTest]?.[0]?.hints?.map(({ message }) => message) ?? [];
		expect(ran.outputs[0]).toHaveLength(3);
		expect(hintsOf(ran)).toEqual([
			expect.stringMatching(
				/^2 messages contain HTML or \{\{ \}\}. Messages go out as plain text/,
			) as unknown,
		]);
		expect(hintsOf(await lma.run('communication.schedule', { ...schedule, content: 'Hello' }))).toEqual([]);
	});

	test('asks the sending rules, and keeps room, in one step', async () => {
		await setRules({ maxCommunications: 2, periodDays: 7 });
		const schedule = {
			...email,
			leadId: byId(leadId),
			scheduledAt: '={{ $json.at }}',
			options: { checkSend: '={{ $json.check }}', ifBlocked: '={{ $json.ifBlocked }}' },
		};
		const at = `${inDays(3)}Z`;
		const { outputs } = await lma.run(
			'communication.schedule',
			schedule,
			[
				{ at, check: 'block' },
				{ at, check: 'block' },
				{ at, check: 'block' },
				{ at, check: 'block', ifBlocked: 'output' },
				{ at, check: 'defer' },
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toMatchObject([
			{ json: { status: 'scheduled', scheduledAt: at.replace('Z', '.000Z') }, pairedItem: { item: 0 } },
			{ json: { status: 'scheduled', scheduledAt: at.replace('Z', '.000Z') }, pairedItem: { item: 1 } },
			{ json: { decision: 'defer', reason: 'frequency_cap' }, pairedItem: { item: 3 } },
			{
				json: {
					status: 'scheduled',
					scheduledAt: expect.stringMatching(new RegExp(`^${inDays(10).slice(0, 10)}`)) as unknown,
				},
				pairedItem: { item: 4 },
			},
		]);
		expect(outputs[1]).toMatchObject([
			{ json: { details: { code: 'SEND_BLOCKED' } }, pairedItem: { item: 2 } },
		]);
		await setRules({});
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
			content: 'See you',
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
			content: 'See you',
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
			content: 'See you',
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

describe('do not contact', () => {
	test('is set and unset by type, and Check Send and Get Many show it', async () => {
		const lead = { leadId: byId(leadId) };
		const [set] = await lma.output('communication.suppress', {
			...lead,
			communicationTypes: ['email'],
			reason: 'unsubscribed',
		});
		expect(set).toMatchObject({ leadId, blockedTypes: ['email'] });
		const check = { ...lead, communicationType: 'email' };
		expect(await lma.output('communication.checkSend', check)).toMatchObject([
			{
				decision: 'block',
				reason: 'unsubscribed',
				message: `Lead ${leadId} has unsubscribed from the type email.`,
			},
		]);
		const filters = { leadId: String(leadId), reason: ['unsubscribed'], communicationType: [] };
		const listed = await lma.output('communication.getSuppressions', { filters });
		expect(listed.map((entry) => entry['leadId'])).toEqual(expect.arrayContaining([leadId, null]));
		expect(listed).toHaveLength(2);
		const transactional = { ...check, options: { isTransactional: true } };
		expect(await lma.output('communication.checkSend', transactional)).toMatchObject([{ decision: 'allow' }]);
		const entries = await lma.output('lead.timeline', {
			...lead,
			filters: { eventTypes: ['lead.suppressed'] },
		});
		expect(entries).toMatchObject([
			{ type: 'lead.suppressed', after: { communicationTypes: ['email'], reason: 'unsubscribed' } },
		]);
		expect(await lma.output('communication.unsuppress', lead)).toMatchObject([{ blockedTypes: ['email'] }]);
		for (const communicationTypes of ['={{ [] }}', '={{ $json.nothing }}']) {
			const { error } = await lma.run('communication.unsuppress', {
				...lead,
				communicationTypes,
				reason: 'unsubscribed',
			});
			expect(error?.message).toContain('names no type');
		}
		expect(await lma.output('communication.unsuppress', { ...lead, reason: 'unsubscribed' })).toEqual([
			{ leadId, blockedTypes: [], suppressions: [] },
		]);
		expect(await lma.output('communication.checkSend', check)).toMatchObject([{ decision: 'allow' }]);
	});

	test('of a lead that is not there is an error', async () => {
		const { error } = await lma.run('communication.suppress', { leadId: byId(999_999) });
		expect(error?.message).toContain('Lead 999999 not found');
	});
});
