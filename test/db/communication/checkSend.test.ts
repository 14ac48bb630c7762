import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { checkSends } from '../../../db/communication/checkSend';
import { createLeads } from '../../../db/lead/create';
import { parseInput } from '../../../domain/input/parseInput';
import { sendCheckSchema } from '../../../domain/outreach/sendRules';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

/** A Monday, noon in Vienna. */
const MONDAY = '2026-11-23T11:00:00.000Z';

describe('checking whether a lead may be contacted', () => {
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
		await owner`update organizations set settings = null`;
		leadId = await newLead({});
	});

	const newLead = async (fields: object) => {
		const lead = { email: 'ada@example.com', firstName: '', lastName: '', ...fields };
		return rowOf(await acme.run((tx) => createLeads(tx, [lead]))).id;
	};
	const check = (...checks: object[]) =>
		acme.run((tx) =>
			checkSends(
				tx,
				checks.map((asked) =>
					parseInput(sendCheckSchema, { leadId, communicationType: 'email', sendAt: MONDAY, ...asked }),
				),
			),
		);
	const decide = async (asked: object = {}) => {
		const { decision, reason, until } = rowOf(await check(asked));
		return until === null ? `${decision}: ${reason}` : `${decision}: ${reason} until ${until}`;
	};
	const communicate = (
		at: string,
		{ direction = 'outbound', type = 'email', status = 'completed' } = {},
	) => owner`
		insert into communications (
			organization_id, lead_id, communication_type, direction, status, completed_at, scheduled_at)
		select organization_id, id, ${type}, ${direction}, ${status},
			case when ${status} = 'completed' then ${at}::text::timestamptz end,
			case when ${status} = 'scheduled' then ${at}::text::timestamptz end
		from leads
		where id = ${leadId}`;
	const configure = (sendGate: object) =>
		owner`update organizations set settings = ${owner.json({ sendGate } as postgres.JSONValue)}`;

	it('allows what no rule forbids, and says so in words', async () => {
		expect(rowOf(await check({}))).toEqual({
			leadId,
			communicationType: 'email',
			decision: 'allow',
			reason: 'ok',
			message: `Lead ${leadId} may be contacted.`,
			until: null,
			checkedAt: MONDAY,
			timezone: 'UTC',
		});
	});

	it('decides about now by the clock of the database, unless another moment is given', async () => {
		const { checkedAt } = rowOf(await check({ sendAt: undefined }));
		expect(Math.abs(Date.parse(checkedAt) - Date.now())).toBeLessThan(60_000);
	});

	it('counts what was sent and what is scheduled around that time, and no failures and replies', async () => {
		await communicate('2026-11-22T11:00:00Z');
		await communicate('2026-11-21T11:00:00Z', { status: 'scheduled', type: 'sms' });
		await communicate('2026-11-22T11:00:00Z', { status: 'failed' });
		await communicate('2026-11-20T11:00:00Z', { direction: 'inbound' });
		await communicate('infinity');
		await communicate('-infinity', { direction: 'inbound' });
		const cap = { maxCommunications: 2, periodDays: 3 };
		expect(await decide(cap)).toBe('defer: frequency_cap until 2026-11-24T11:00:00.000Z');
		expect(await decide({ ...cap, maxCommunications: 3 })).toBe('allow: ok');
		expect(await decide({ ...cap, countOnlyType: true })).toBe('allow: ok');
		await communicate('2026-11-24T11:00:00Z', { status: 'scheduled' });
		expect(await decide(cap)).toBe('defer: frequency_cap until 2026-11-25T11:00:00.000Z');
		expect(await decide({ ...cap, countOnlyType: true })).toBe(
			'defer: frequency_cap until 2026-11-25T11:00:00.000Z',
		);
	});

	it('without any rule of the organization lets no e-mail and no text go to who is closed, has replied or a tag that says so', async () => {
		const reasons = async (asked: object = {}) => {
			const types = ['email', 'sms', 'call', 'meeting'];
			const checks = await check(...types.map((communicationType) => ({ communicationType, ...asked })));
			return rowsOf(checks).map(({ reason }) => reason);
		};
		const phone = '+43 1 2345678';
		leadId = await newLead({ phone, status: 'CLOSED_LOST' });
		expect(await reasons()).toEqual(['status_closed', 'status_closed', 'ok', 'ok']);
		expect(await reasons({ isTransactional: true })).toEqual(['ok', 'ok', 'ok', 'ok']);
		expect(await reasons({ allowClosed: true })).toEqual(['ok', 'ok', 'ok', 'ok']);
		await configure({ allowClosed: true });
		expect(await reasons()).toEqual(['ok', 'ok', 'ok', 'ok']);
		leadId = await newLead({ phone, tags: ['vip', 'Opt-Out'] });
		expect(await reasons()).toEqual(['blocked_tag', 'blocked_tag', 'ok', 'ok']);
		await configure({ blockTags: ['Sponsor'] });
		expect(await reasons()).toEqual(['ok', 'ok', 'ok', 'ok']);
		leadId = await newLead({ phone, tags: ['sponsor'] });
		expect(await reasons()).toEqual(['blocked_tag', 'blocked_tag', 'ok', 'ok']);
		leadId = await newLead({ phone });
		await communicate('2026-11-20T11:00:00Z', { direction: 'inbound' });
		expect(await reasons()).toEqual(['ok', 'ok', 'ok', 'ok']);
		await communicate('2026-11-19T11:00:00Z', { type: 'call' });
		expect(await reasons()).toEqual(['replied', 'replied', 'ok', 'ok']);
		expect(await reasons({ allowReplied: true })).toEqual(['ok', 'ok', 'ok', 'ok']);
		await configure({ allowReplied: true });
		expect(await reasons()).toEqual(['ok', 'ok', 'ok', 'ok']);
	});

	it('blocks what was answered since, or within so many days', async () => {
		await communicate('2026-11-20T11:00:00Z', { direction: 'inbound' });
		expect(await decide({ repliedSince: '2026-11-20T12:00:00+01:00' })).toBe('block: replied');
		expect(await decide({ repliedSince: '2026-11-20T11:00:00.001Z' })).toBe('allow: ok');
		expect(await decide({ repliedWithinDays: 3 })).toBe('block: replied');
		expect(await decide({ repliedWithinDays: 2 })).toBe('allow: ok');
	});

	it('reads the window in the zone of the lead, else of the rules, else of the organization', async () => {
		const office = { sendFrom: '09:00', sendUntil: '12:30' };
		expect(await decide({ ...office, timezone: 'Europe/Vienna' })).toBe('allow: ok');
		expect(await decide({ ...office, fallbackTimezone: 'Asia/Tokyo' })).toBe(
			'defer: outside_window until 2026-11-24T00:00:00.000Z',
		);
		await configure({ timezone: 'Europe/Vienna' });
		expect(await decide({ ...office, fallbackTimezone: 'Asia/Tokyo' })).toBe('allow: ok');
		// Hours of the organization are in UTC then, as they are when the worker asks: it knows no workflow.
		await configure(office);
		expect(await decide({ fallbackTimezone: 'Asia/Tokyo' })).toBe('allow: ok');
		await configure({ timezone: 'Europe/Vienna' });
		leadId = await newLead({ customFields: { timezone: 'America/New_York' } });
		expect(await decide({ ...office, timezone: 'Europe/Vienna' })).toBe(
			'defer: outside_window until 2026-11-23T14:00:00.000Z',
		);
		leadId = await newLead({ customFields: { timezone: "Mars/Olympus'; --" } });
		expect(await decide({ ...office, timezone: 'Europe/Vienna' })).toBe('allow: ok');
	});

	it('takes the rules of the organization where none are given', async () => {
		await configure({ weekdays: [2], sendFrom: '22:00', sendUntil: '06:00', maxCommunications: 1 });
		expect(await decide()).toBe('defer: outside_window until 2026-11-24T22:00:00.000Z');
		expect(await decide({ weekdays: [7] })).toBe('defer: outside_window until 2026-11-29T22:00:00.000Z');
		expect(await decide({ weekdays: [7], sendFrom: '00:00', sendUntil: '24:00' })).toBe(
			'defer: outside_window until 2026-11-29T00:00:00.000Z',
		);
	});

	it('is refused when the rules of the organization cannot be understood', async () => {
		for (const sendGate of [{ sendFrom: '9 am' }, { weekday: [1] }, { maxCommunications: 0 }, []]) {
			await configure(sendGate);
			await expect(check({})).rejects.toThrow(/settings.sendGate cannot be understood/);
		}
	});

	it('fails what is no window alone, and blocks an unknown lead', async () => {
		const results = await check({ sendFrom: '09:00', sendUntil: '09:00' }, { leadId: 999_999 }, {});
		expect(results.map(({ row, error }) => row?.reason ?? error?.message)).toEqual([
			'sendUntil is the same time as sendFrom: "09:00"',
			'lead_not_found',
			'ok',
		]);
	});

	it('never tells of a lead of another organization', async () => {
		const [foreign] = await owner<{ id: number }[]>`
			with globex as (
				insert into organizations (name, slug)
				values ('globex', 'globex')
				returning id
			)
			insert into leads (email, first_name, last_name, organization_id)
			select 'x@globex.test', '', '', id from globex
			returning id`;
		expect(await decide({ leadId: foreign?.id })).toBe('block: lead_not_found');
	});

	it.each([
		[{ timezone: 'Vienna' }, /timezone is not a time zone/],
		[{ sendFrom: '9:00' }, /sendFrom is not a time of day/],
		[{ sendUntil: '25:00' }, /sendUntil is not a time of day/],
		[{ weekdays: [0] }, /weekdays.0 must be from 1/],
		[{ weekdays: [] }, /weekdays names no day/],
		[{ maxCommunications: 51 }, /maxCommunications must be a number of communications/],
		[{ sendAt: 'now' }, /sendAt is not a date/],
	])('refuses %o', (rules, message) => {
		const asked = { leadId: 1, communicationType: 'email', ...rules };
		expect(() => parseInput(sendCheckSchema, asked)).toThrow(message);
	});

	it('of thousands of leads is one statement', async () => {
		const leads = Array.from({ length: 2000 }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: '',
			lastName: '',
		}));
		const ids = rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		await acme.run((tx) => tx`select 1`);
		acme.statements.length = 0;
		const asked = [...ids, ...ids].map((id) => ({
			leadId: id,
			timezone: 'Europe/Vienna',
			sendFrom: '13:00',
			maxCommunications: 2,
		}));
		const rows = rowsOf(await check(...asked));
		expect(rows.map((row) => row.leadId)).toEqual([...ids, ...ids]);
		expect(new Set(rows.map(({ until }) => until))).toEqual(new Set(['2026-11-23T12:00:00.000Z']));
		expect(acme.statements.filter((text) => text.includes('from input'))).toHaveLength(1);
	});
});
