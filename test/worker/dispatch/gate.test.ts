import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { JsonValue } from '../../../db/connection/client';
import { type SmtpSink, startSmtpSink } from '../support/smtpSink';
import { until, World } from '../support/world';

let world: World;
let smtp: SmtpSink;

beforeAll(async () => {
	world = await World.create();
	smtp = await startSmtpSink();
});
afterAll(async () => {
	await world.destroy();
	await smtp.stop();
});
beforeEach(() => {
	smtp.received.length = 0;
	smtp.moods.clear();
	world.log.length = 0;
});
afterEach(async () => {
	await world.stopWorkers();
	await world.sql`delete from leads`;
	await world.sql`delete from suppressions`;
	await configure(null);
});

const configure = (settings: JsonValue) =>
	world.sql`update organizations set settings = ${world.sql.json(settings)}`;
const start = () => world.startWorker({ smtpUrl: smtp.url });
const row = async (id: number) => {
	const [found] = await world.sql<{ status: string; failureReason: string | null; late: boolean }[]>`
		select status, failure_reason, scheduled_at > now() + interval '1 minute' as late
		from communications
		where id = ${id}`;
	return found!;
};
const changeLead = (id: number, change: JsonValue) => world.sql`
	update leads l
	set (status, tags) = (select r.status, r.tags from jsonb_populate_record(l, ${world.sql.json(change)}) as r)
	from communications c
	where c.id = ${id}
		and l.id = c.lead_id`;
/** What the lead of a communication said, or was told, so many seconds from now. */
const say = (id: number, direction: 'inbound' | 'outbound', seconds = 0) => world.sql`
	insert into communications (organization_id, lead_id, communication_type, direction, completed_at)
	select organization_id, lead_id, 'email', ${direction}, now() + make_interval(secs => ${seconds}::float8)
	from communications
	where id = ${id}`;
const secondFor = async (
	id: number,
	fields: { transactional?: boolean; subject?: string; scheduledAt?: string } = {},
) => {
	const [added] = await world.sql<{ id: number }[]>`
		insert into communications (
			organization_id, lead_id, communication_type, direction, status, scheduled_at, subject, is_transactional)
		select organization_id, lead_id, communication_type, 'outbound', 'scheduled',
			coalesce(${fields.scheduledAt ?? null}::text::timestamptz, scheduled_at), ${fields.subject ?? 'Another'},
			${fields.transactional ?? false}
		from communications
		where id = ${id}
		returning id`;
	return added!.id;
};

describe('what was scheduled before', () => {
	it('is cancelled, with the reason, when its lead is closed, has replied or is tagged as unsubscribed', async () => {
		const [closed = 0, replied = 0, tagged = 0, open = 0] = await world.schedule([{}, {}, {}, {}]);
		await changeLead(closed, { status: 'CLOSED_LOST' });
		await say(replied, 'inbound');
		await changeLead(tagged, { tags: ['Unsubscribed'] });
		await start();
		await world.untilStatus([open], 'completed');
		await world.untilStatus([closed, replied, tagged], 'cancelled');
		expect(smtp.received).toHaveLength(1);
		for (const [id, reason] of [
			[closed, 'status_closed'],
			[replied, 'replied'],
			[tagged, 'blocked_tag'],
		] as const) {
			expect(await row(id)).toMatchObject({ failureReason: reason });
			expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent', error: reason }]);
			const events = await world.sql`
				select activity_type, activity_metadata -> 'after' ->> 'failure_reason' as reason
				from activity_logs
				where communication_id = ${id}
					and activity_type = 'communication.cancelled'`;
			expect(events).toEqual([{ activityType: 'communication.cancelled', reason }]);
		}
		expect(world.log.join('')).toContain('the send gate held a communication back');
	});

	it('is sent when it is transactional, or is no e-mail and no text', async () => {
		const [first = 0] = await world.schedule([{}]);
		const invoice = await secondFor(first, { transactional: true });
		const [call = 0] = await world.schedule([{ type: 'call' }]);
		await changeLead(first, { status: 'CLOSED_WON', tags: ['unsubscribed'] });
		await changeLead(call, { status: 'CLOSED_WON', tags: ['unsubscribed'] });
		await start();
		await world.untilStatus([invoice], 'completed');
		await world.untilStatus([first], 'cancelled');
		await until(async () =>
			expect(await world.attempts(call)).toMatchObject([{ error: 'no_webhook_for_call' }]),
		);
		expect((await row(call)).status).toBe('scheduled');
	});

	it('is sent when the organization allows it', async () => {
		await configure({ sendGate: { allowClosed: true, allowReplied: true, blockTags: [] } });
		const [id = 0] = await world.schedule([{}]);
		await changeLead(id, { status: 'CLOSED_WON', tags: ['unsubscribed'] });
		await say(id, 'inbound');
		await start();
		await world.untilStatus([id], 'completed');
	});

	it('is sent when the reply was there before, and again once it is reopened', async () => {
		const [first = 0] = await world.schedule([{ inSeconds: 3_600 }]);
		await say(first, 'outbound', -120);
		await say(first, 'inbound', -60);
		const answer = await secondFor(first, { scheduledAt: 'now' });
		await start();
		await world.untilStatus([answer], 'completed');
		await say(first, 'inbound');
		await world.sql`update communications set scheduled_at = now() where id = ${first}`;
		await world.untilStatus([first], 'cancelled');
		expect(await row(first)).toMatchObject({ failureReason: 'replied' });
		await world.sql`update communications set status = 'scheduled', scheduled_at = now() where id = ${first}`;
		await world.untilStatus([first], 'completed');
		expect(await row(first)).toMatchObject({ failureReason: null });
	});

	it('is never sent to who must not be contacted', async () => {
		const [first = 0, other = 0] = await world.schedule([{}, {}]);
		const invoice = await secondFor(first, { transactional: true });
		await world.sql`
			insert into suppressions (organization_id, lead_id, communication_type)
			select organization_id, lead_id, 'email'
			from communications
			where id = ${first}`;
		await start();
		await world.untilStatus([other], 'completed');
		await world.untilStatus([first, invoice], 'cancelled');
		expect(await row(invoice)).toMatchObject({ failureReason: 'do_not_contact' });
	});
});

describe('an address that does not exist', () => {
	it('is tried once: the next mail to it is cancelled, until the lead has another address', async () => {
		const email = 'gone@receiver.test';
		const [first = 0, second = 0] = await world.schedule([
			{ email },
			{ email: 'Gone@Receiver.test', inSeconds: 3_600 },
		]);
		smtp.moods.set(email, [{ reply: 550, says: '5.1.1', at: 'rcpt' }]);
		await start();
		await world.untilStatus([first], 'failed');
		expect(await row(first)).toMatchObject({ failureReason: 'smtp_550' });
		const rows = await world.sql`select communication_type, lead_id, reason, source from suppressions`;
		expect(rows).toEqual([
			{ communicationType: 'email', leadId: null, reason: 'address_bounced', source: 'bounce' },
		]);
		await world.sql`update communications set scheduled_at = now() where id = ${second}`;
		await world.untilStatus([second], 'cancelled');
		expect(await row(second)).toMatchObject({ failureReason: 'address_bounced' });
		await world.sql`update leads set email = 'new@receiver.test' where id = (select lead_id from communications where id = ${first})`;
		const third = await secondFor(first, { scheduledAt: 'now' });
		await world.untilStatus([third], 'completed');
		expect(smtp.received.map(({ to }) => to)).toEqual(['new@receiver.test']);
	});

	it('is not what a server says that refuses the sender, for policy or without an enhanced code', async () => {
		const ids = await world.schedule([
			{ email: 'policy@receiver.test' },
			{ email: 'sender@receiver.test' },
			{ email: 'plain@receiver.test' },
		]);
		smtp.moods.set('policy@receiver.test', [{ reply: 550, says: '5.7.1', at: 'rcpt' }]);
		smtp.moods.set('sender@receiver.test', [{ reply: 550, says: '5.1.8', at: 'rcpt' }]);
		smtp.moods.set('plain@receiver.test', [{ reply: 550, at: 'rcpt' }]);
		await start();
		await world.untilStatus(ids, 'failed');
		expect(await world.sql`select from suppressions`).toHaveLength(0);
	});
});

describe('hours and caps', () => {
	it('put a message off to the first moment that the rules allow, and say why', async () => {
		await configure({ sendGate: { maxCommunications: 1, periodDays: 7 } });
		const [id = 0] = await world.schedule([{}]);
		await say(id, 'outbound', -3_600);
		await start();
		await until(async () => expect(await row(id)).toMatchObject({ late: true }));
		expect(await row(id)).toMatchObject({ status: 'scheduled', failureReason: 'frequency_cap' });
		const [times] = await world.sql<{ days: number; due: boolean }[]>`
			select extract(epoch from c.scheduled_at - sent.completed_at)::float8 / 86400 as days,
				c.dispatch_at = c.scheduled_at as due
			from communications c
			join communications sent on sent.lead_id = c.lead_id and sent.status = 'completed'
			where c.id = ${id}`;
		expect(times?.days).toBeCloseTo(7, 4);
		expect(times?.due).toBe(true);
		expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent', error: 'frequency_cap' }]);
		const events = await world.sql`
			select activity_metadata -> 'after' ->> 'failure_reason' as reason
			from activity_logs
			where communication_id = ${id}
				and activity_type = 'communication.scheduled'
			order by id`;
		expect(events).toEqual([{ reason: null }, { reason: 'frequency_cap' }]);
		await say(id, 'outbound', -1_800);
		await world.sql`update communications set dispatch_at = now() where id = ${id}`;
		await until(async () => expect(await world.attempts(id)).toHaveLength(2));
		expect(await row(id)).toMatchObject({ status: 'scheduled', late: true, failureReason: 'frequency_cap' });
		await configure(null);
		await world.sql`update communications set scheduled_at = now() where id = ${id}`;
		await world.untilStatus([id], 'completed');
		expect(await row(id)).toMatchObject({ failureReason: null });
	});

	it.each(['meeting', 'call'] as const)(
		'do not move a %s that is left to a person, nor cancel it for who must not be contacted',
		async (type) => {
			await configure({
				sendGate: { maxCommunications: 1, periodDays: 7, weekdays: [((new Date().getUTCDay() + 3) % 7) + 1] },
			});
			const [mailed = 0, barred = 0] = await world.schedule([{ type }, { type }]);
			await say(mailed, 'outbound', -3_600);
			await world.sql`
				insert into suppressions (organization_id, lead_id, communication_type)
				select organization_id, lead_id, communication_type
				from communications
				where id = ${barred}`;
			await start();
			for (const id of [mailed, barred]) {
				await until(async () =>
					expect(await world.attempts(id)).toMatchObject([{ error: `no_webhook_for_${type}` }]),
				);
				expect(await row(id)).toMatchObject({ status: 'scheduled', late: false, failureReason: null });
			}
		},
	);

	it('let as many of the messages due at one moment go as the cap allows, whichever worker has them', async () => {
		await configure({ sendGate: { maxCommunications: 2, periodDays: 7 } });
		const firsts = await world.schedule(Array.from({ length: 6 }, () => ({ inSeconds: 3_600 })));
		for (const first of firsts) for (let n = 0; n < 4; n++) await secondFor(first);
		await world.sql`update communications set scheduled_at = now()`;
		const tuning = { dispatch: { batchSize: 2, perOrganization: 2 } };
		await Promise.all([1, 2].map(() => world.startWorker({ smtpUrl: smtp.url }, tuning)));
		await until(async () => {
			const counts = await world.sql`
				select count(*) filter (where status = 'completed')::int as sent,
					count(*) filter (where status = 'scheduled' and scheduled_at > now() + interval '6 days')::int as put_off
				from communications
				group by lead_id`;
			expect(counts).toEqual(firsts.map(() => ({ sent: 2, putOff: 3 })));
		});
		expect(smtp.received).toHaveLength(12);
	});

	it('that cannot be understood send nothing, and say so; the others are sent', async () => {
		await configure({ sendGate: { maxComunications: 3 } });
		const [other] = await world.sql<{ id: number }[]>`
			insert into organizations (name, slug)
			values ('Fine', ${`fine-${Date.now()}`})
			returning id`;
		const [wrong = 0, also = 0] = await world.schedule([{}, {}]);
		const [right = 0] = await world.schedule([{}], other!.id);
		await start();
		await world.untilStatus([right], 'completed');
		await until(async () => expect(await row(wrong)).toMatchObject({ failureReason: 'settings_invalid' }));
		expect(await row(wrong)).toMatchObject({ status: 'scheduled' });
		expect(await world.attempts(wrong)).toHaveLength(1);
		const complaints = () => world.log.join('').split('settings.sendGate of an organization').length - 1;
		await world.makeDue([also]);
		await until(async () => expect((await world.attempts(also)).length).toBeGreaterThan(1));
		expect(complaints()).toBe(1);
		await configure(null);
		await world.makeDue([wrong]);
		await world.untilStatus([wrong], 'completed');
		expect(await row(wrong)).toMatchObject({ failureReason: null });
	});
});
