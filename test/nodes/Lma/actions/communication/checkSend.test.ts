import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
	const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
});
afterAll(async () => {
	await lma.close();
});

const check = { leadId: byId('={{ $json.lead }}'), communicationType: 'email' };

describe('communication checkSend', () => {
	test('decides for each item, in the workflow’s time zone when nothing else is said', async () => {
		const { outputs } = await lma.run(
			'communication.checkSend',
			{
				...check,
				options: {
					sendAt: '={{ $json.at }}',
					sendFrom: '09:00',
					sendUntil: '17:00',
					weekdays: [1, 2, 3, 4, 5],
				},
			},
			[
				{ lead: leadId, at: '2026-11-23T12:00:00' },
				{ lead: leadId, at: '2026-11-27T17:00:00' },
				{ lead: 999_999, at: '2026-11-23T12:00:00' },
			],
			{ timezone: 'Asia/Tokyo' },
		);
		expect(outputs[0]).toMatchObject([
			{ json: { decision: 'allow', reason: 'ok', until: null }, pairedItem: { item: 0 } },
			{
				json: {
					decision: 'defer',
					reason: 'outside_window',
					until: '2026-11-30T00:00:00.000Z',
					message:
						'It is outside the sending hours in Asia/Tokyo; sending is possible from 2026-11-30 09:00.',
				},
				pairedItem: { item: 1 },
			},
			{ json: { leadId: 999_999, decision: 'block', reason: 'lead_not_found' }, pairedItem: { item: 2 } },
		]);
	});

	test('takes numbers, days and switches as agents give them', async () => {
		const options = {
			maxCommunications: '={{ "1" }}',
			periodDays: '={{ "30" }}',
			weekdays: '={{ "1,2,3,4,5,6,7" }}',
			countOnlyType: true,
		};
		await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'sms',
			direction: 'outbound',
		});
		const items = [{ lead: leadId }];
		expect(await lma.output('communication.checkSend', { ...check, options }, items)).toMatchObject([
			{ decision: 'allow' },
		]);
		const every = { ...options, countOnlyType: false };
		expect(await lma.output('communication.checkSend', { ...check, options: every }, items)).toMatchObject([
			{ decision: 'defer', reason: 'frequency_cap' },
		]);
	});

	test('a rule that is none fails its item, by its name', async () => {
		for (const [options, message] of [
			[{ timezone: 'Nowhere' }, 'timezone is not a time zone: "Nowhere"'],
			[{ sendFrom: '={{ 9 }}' }, 'sendFrom is not a time of day: "9"'],
			[{ weekdays: [8] }, 'weekdays.0 must be from 1 (Monday) to 7 (Sunday): 8'],
		] as const) {
			const parameters = { ...check, options: { ...options } };
			const { error } = await lma.run('communication.checkSend', parameters as never, [{ lead: leadId }]);
			expect(error?.message).toContain(message.replace('', ''));
			expect(error?.description).toBeTruthy();
		}
	});
});
