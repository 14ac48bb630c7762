import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { checkSends } from '../../../db/communication/checkSend';
import { scheduleThroughGate } from '../../../db/communication/scheduleThroughGate';
import { createLeads } from '../../../db/lead/create';
import { scheduledCommunicationSchema } from '../../../domain/communication/input';
import { parseInput } from '../../../domain/input/parseInput';
import { sendCheckSchema } from '../../../domain/outreach/sendRules';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const DAY = 86_400_000;

describe('scheduling with the sending rules', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let leadId: number;
	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 2, onnotice: () => undefined });
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await configure({ maxCommunications: 2, periodDays: 7 });
		leadId = await newLead({});
	});

	const configure = (sendGate: object) =>
		owner`update organizations set settings = ${owner.json({ sendGate } as postgres.JSONValue)}`;
	const newLead = async (fields: object) => {
		const lead = { email: 'ada@example.com', firstName: '', lastName: '', ...fields };
		return rowOf(await acme.run((tx) => createLeads(tx, [lead]))).id;
	};
	const inDays = (days: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * DAY).toISOString();
	const input = (fields: object) =>
		parseInput(scheduledCommunicationSchema, {
			leadId,
			communicationType: 'email',
			content: 'Hello',
			checkSend: 'block',
			...fields,
		});
	const schedule = (...fields: object[]) => acme.run((tx) => scheduleThroughGate(tx, fields.map(input)));
	const scheduledTimes = async () => {
		const rows = await owner<{ at: Date }[]>`
			select scheduled_at as at
			from communications
			where lead_id = ${leadId}
				and status = 'scheduled'
			order by scheduled_at`;
		return rows.map(({ at }) => at.getTime());
	};

	it('refuses what is over the cap, by whatever is scheduled before and after it, and what Check Send refuses', async () => {
		await schedule({ scheduledAt: inDays(1) }, { scheduledAt: inDays(3) });
		const [before, within, beyond] = await schedule(
			{ scheduledAt: inDays(0) },
			{ scheduledAt: inDays(2) },
			{ scheduledAt: inDays(9) },
		);
		for (const refused of [before, within]) {
			expect(refused?.error).toMatchObject({ code: 'SEND_BLOCKED' });
			expect(refused?.error?.message).toContain('contacted as often as allowed: 2 times within 7 days');
			expect(refused?.error?.description).toContain('Nothing was scheduled');
		}
		expect(beyond?.row).toMatchObject({ status: 'scheduled' });
		const checks = [0, 2, 5, 11].map((days) =>
			parseInput(sendCheckSchema, { leadId, communicationType: 'sms', sendAt: inDays(days) }),
		);
		await owner`update leads set phone = '+43 1 2345678' where id = ${leadId}`;
		const said = rowsOf(await acme.run((tx) => checkSends(tx, checks)));
		expect(said.map(({ reason }) => reason)).toEqual([
			'frequency_cap',
			'frequency_cap',
			'frequency_cap',
			'ok',
		]);
	});

	it('takes the first time that the rules allow, and counts what it has taken itself', async () => {
		const start = Date.parse(inDays(1));
		const results = await schedule(
			...Array.from({ length: 5 }, () => ({ scheduledAt: inDays(1), checkSend: 'defer' })),
		);
		expect(
			rowsOf(results).map((row) => 'scheduledAt' in row && Date.parse(row.scheduledAt ?? '') - start),
		).toEqual([0, 0, 7 * DAY, 7 * DAY, 14 * DAY].map((distance) => expect.closeTo(distance, -4) as number));
	});

	it('gives an error for a block, or the decision where that is asked for; the others are scheduled', async () => {
		const closed = await newLead({ status: 'CLOSED_LOST' });
		const scheduledAt = inDays(1);
		const [error, decision, fine, unknown, past] = await schedule(
			{ leadId: closed, scheduledAt, checkSend: 'defer' },
			{ leadId: closed, scheduledAt, checkSend: 'defer', ifBlocked: 'output' },
			{ scheduledAt },
			{ leadId: 999_999, scheduledAt },
			{ scheduledAt: '2020-01-01T00:00:00Z', checkSend: 'defer' },
		);
		expect(error?.error).toMatchObject({ code: 'SEND_BLOCKED', message: `Lead ${closed} is closed` });
		expect(decision?.row).toMatchObject({ leadId: closed, decision: 'block', reason: 'status_closed' });
		expect(fine?.row).toMatchObject({ leadId, status: 'scheduled' });
		expect(unknown?.error).toMatchObject({ code: 'LEAD_NOT_FOUND' });
		expect(past?.error?.message).toContain('scheduledAt is in the past');
	});

	it('takes transactional messages whatever the rules say, and gives their room to others', async () => {
		const scheduledAt = inDays(1);
		const results = await schedule(
			...[true, true, true, false, false].map((isTransactional) => ({ scheduledAt, isTransactional })),
		);
		expect(rowsOf(results)).toHaveLength(5);
		expect(rowsOf(results)[0]).toMatchObject({ isTransactional: true });
		expect((await schedule({ scheduledAt }))[0]?.error).toMatchObject({ code: 'SEND_BLOCKED' });
	});

	it('refuses everything when the rules cannot be understood', async () => {
		await configure({ maxCommunications: 0 });
		await expect(schedule({ scheduledAt: inDays(1) })).rejects.toThrow(
			/settings.sendGate cannot be understood/,
		);
		expect(rowsOf(await schedule({ scheduledAt: inDays(1), checkSend: 'off' }))).toHaveLength(1);
	});

	it('never goes over the cap when executions ask at the same time', async () => {
		const results = await Promise.all(
			Array.from({ length: 12 }, (_, n) => schedule({ scheduledAt: inDays(1 + n / 100) })),
		);
		expect(results.flat().filter(({ row }) => row)).toHaveLength(2);
		expect(await scheduledTimes()).toHaveLength(2);
	});

	it('is three statements for any number', async () => {
		acme.statements.length = 0;
		const rows = await schedule(
			...Array.from({ length: 500 }, (_, n) => ({ scheduledAt: inDays(n), checkSend: 'defer' })),
		);
		expect(rowsOf(rows)).toHaveLength(500);
		expect(acme.statements.filter((text) => /from leads l|from input/.test(text))).toHaveLength(3);
	});

	it('never lets any period hold more than the cap, whatever is scheduled in whichever order', async () => {
		const day = fc.integer({ min: 0, max: 300 }).map((tenths) => tenths / 10);
		const asked = fc.array(fc.record({ days: day, checkSend: fc.constantFrom('block', 'defer') }), {
			minLength: 1,
			maxLength: 12,
		});
		await fc.assert(
			fc.asyncProperty(
				fc.array(asked, { maxLength: 4 }),
				fc.integer({ min: 1, max: 3 }),
				fc.integer({ min: 1, max: 9 }),
				async (batches, maxCommunications, periodDays) => {
					await configure({ maxCommunications, periodDays });
					leadId = await newLead({});
					const start = Date.parse(inDays(1));
					const accepted: number[] = [];
					for (const batch of batches) {
						const results = await schedule(
							...batch.map(({ days, checkSend }) => ({
								scheduledAt: new Date(start + days * DAY).toISOString(),
								checkSend,
							})),
						);
						for (const [n, { row, error }] of results.entries()) {
							const { days, checkSend } = batch[n]!;
							const at = start + days * DAY;
							const fits = isWithin([...accepted, at], maxCommunications, periodDays);
							// A slow model: at the time asked for whenever that fits; else not, or later.
							if (!fits && checkSend === 'block') expect(error).toMatchObject({ code: 'SEND_BLOCKED' });
							else {
								const time = Date.parse((row as { scheduledAt: string }).scheduledAt);
								if (fits) expect(time).toBe(at);
								else expect(time).toBeGreaterThan(at);
								accepted.push(time);
							}
						}
					}
					expect(await scheduledTimes()).toEqual([...accepted].sort((a, b) => a - b));
					expect(isWithin(accepted, maxCommunications, periodDays)).toBe(true);
				},
			),
			{ numRuns: 40 },
		);
	});
});

/** Whether no period of so many days, beginning at any contact, holds more than the cap. */
function isWithin(times: number[], count: number, periodDays: number): boolean {
	return times.every(
		(begin) => times.filter((at) => at >= begin && at < begin + periodDays * DAY).length <= count,
	);
}
