import { beforeAll, expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import { scheduleCommunications } from '../../../db/communication/write';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { postLead, postLeads, type PostResult } from '../postLead';
import { type PostedLead, readSampleLeads } from '../sampleLeads';
import { runScheduled } from '../scheduledRun';
import { hurried, impatient, switchedOn, template, withProviders } from '../templates';
import { until } from '../../setup/until';
import type { World, WorldOptions } from '../world';

const scoringRules = [
	{ name: 'Company', field: 'company', operator: 'isSet' as const, points: 30 },
	{ name: 'Phone', field: 'phone', operator: 'isSet' as const, points: 20 },
	{
		name: 'Buyer',
		field: 'customFields.interest',
		operator: 'equals' as const,
		value: 'Buying this year',
		points: 40,
	},
];

/** What the world has to be built with for `leadFlow`. */
export const leadFlowOptions: WorldOptions = {
	users: 3,
	scoringRules,
	templates: [
		switchedOn(impatient(template('website-lead-intake'))),
		withProviders(template('outreach-channel')),
	],
};

/** The leads of a trade fair on their way through everything; comes first, as it counts whole tables. */
export function leadFlow(getWorld: () => World): void {
	let world: World;
	let leads: PostedLead[];
	let answers: PostResult[];
	const workflowId = (name: string) =>
		world.n8n.workflows.find((workflow) => workflow.name === name)?.id ?? '';

	beforeAll(async () => {
		world = getWorld();
		leads = await readSampleLeads();
		answers = await postLeads(world.n8n.url, leads);
	});

	test('the credential passes its test in n8n, and a wrong password is said in words', async () => {
		const { api, credential } = world.n8n;
		expect(await api.credentials.test(credential.id)).toMatchObject({ status: 'OK' });
		const data = { ...world.acme.credential, password: 'wrong' };
		const wrong = await api.credentials.save({ name: 'Wrong', type: 'lmaApi', data });
		expect(await api.credentials.test(wrong.id)).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/password/i) as string,
		});
	});

	test('the two bad rows are refused with the field that is wrong, every other row is accepted', () => {
		const refused = answers.filter(({ status }) => status !== 200);
		expect(refused).toHaveLength(2);
		for (const { status, body } of refused) {
			expect(status).toBe(422);
			expect(body).toMatchObject({ field: 'email', error: expect.stringContaining('email') as string });
		}
		expect(answers.length).toBeGreaterThan(190);
	});

	test('every address becomes one lead, however often and in whatever case it is posted', async () => {
		const accepted = leads.filter((_, index) => answers[index]?.status === 200);
		const addresses = new Set(accepted.map(({ email }) => email.toLowerCase()));
		expect(addresses.size).toBeLessThan(accepted.length);
		const stored = await world.sql<{ email: string }[]>`select lower(email) as email from leads`;
		expect(stored.map(({ email }) => email).sort()).toEqual([...addresses].sort());
		expect(answers.filter(({ body }) => body['action'] === 'created')).toHaveLength(addresses.size);
	});

	test('every lead has the score that the rules give', async () => {
		const wrong = await world.sql`
			select id, score
			from leads
			where score is distinct from
				case when company is not null then 30 else 0 end
				+ case when phone is not null then 20 else 0 end
				+ case when custom_fields ->> 'interest' = 'Buying this year' then 40 else 0 end`;
		expect(wrong).toEqual([]);
		const [spread] = await world.sql`select count(distinct score) as scores, max(score) as best from leads`;
		expect(spread).toMatchObject({ best: 90 });
	});

	test('the sales representatives get the leads in turn', async () => {
		const shares = await world.sql<{ userId: number; count: number }[]>`
			select assigned_to_id as user_id, count(*)::int as count
			from leads
			group by 1
			order by 1`;
		expect(shares.map(({ userId }) => userId)).toEqual(world.acme.userIds);
		const counts = shares.map(({ count }) => count);
		expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
	});

	test('every accepted post is logged, and every new lead has one follow-up', async () => {
		const accepted = answers.filter(({ status }) => status === 200).length;
		const [counts] = await world.sql<Record<string, number>[]>`
			select
				count(*) filter (where direction = 'inbound' and status = 'completed')::int as logged,
				count(*) filter (where direction = 'outbound')::int as follow_ups,
				count(distinct lead_id) filter (where direction = 'outbound')::int as leads_with_follow_up,
				(select count(*)::int from leads) as leads
			from communications`;
		expect(counts).toMatchObject({
			logged: accepted,
			followUps: counts?.['leads'],
			leadsWithFollowUp: counts?.['leads'],
		});
	});

	test('every follow-up reaches its lead by mail exactly once and is recorded as sent', async () => {
		await until('no follow-up waits', async () => {
			const [row] =
				await world.sql`select count(*)::int as waiting from communications where status = 'scheduled'`;
			return row?.['waiting'] === 0;
		});
		const stored = await world.sql<{ email: string }[]>`select lower(email) as email from leads`;
		const recipients = world.mailbox.mails.map(({ to }) => to.toLowerCase());
		expect(recipients.sort()).toEqual(stored.map(({ email }) => email).sort());
		const subjects = new Set(world.mailbox.mails.map(({ subject }) => subject));
		expect([...subjects]).toEqual(['Thank you for your interest']);
		const [outcome] = await world.sql`
			select count(*) filter (where status <> 'completed')::int as unsent
			from communications
			where direction = 'outbound'`;
		expect(outcome).toEqual({ unsent: 0 });
	});

	test('every run of the intake workflow is a success in n8n', async () => {
		const runs = await until('n8n has saved every run', async () => {
			const found = await world.n8n.api.executions.list({ workflowId: workflowId('Website lead intake') });
			return found.length >= leads.length && found.every(({ finished }) => finished) && found;
		});
		expect(runs).toHaveLength(leads.length);
		expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['success']));
	});

	test('an address that is posted again updates its lead and sends no second mail', async () => {
		const [known] = leads.filter((_, index) => answers[index]?.body['action'] === 'created');
		const before = world.mailbox.mails.length;
		const answer = await postLead(world.n8n.url, { email: known?.email ?? '', jobTitle: 'Chief Tester' });
		expect(answer).toMatchObject({ status: 200, body: { action: 'updated' } });
		const [lead] = await world.sql`
			select job_title
			from leads
			where lower(email) = ${known?.email.toLowerCase() ?? ''}`;
		expect(lead).toEqual({ jobTitle: 'Chief Tester' });
		const [waiting] = await world.sql`
			select count(*)::int as count
			from communications
			where status = 'scheduled'`;
		expect(waiting).toEqual({ count: 0 });
		expect(world.mailbox.mails).toHaveLength(before);
	});

	test('a text message leaves through the outreach workflow, once', async () => {
		const [lead] = await world.sql<{ id: number }[]>`select id from leads where phone is not null limit 1`;
		const [scheduled] = await inOrganization(world.acme.tenantSql, world.acme.slug, (tx) =>
			scheduleCommunications(tx, [
				{
					leadId: lead?.id ?? 0,
					communicationType: 'sms',
					content: 'See you at ten',
					scheduledAt: new Date().toISOString(),
				},
			]),
		);
		const id = scheduled?.row?.id ?? 0;
		const sent = await until('the message is sent', async () => {
			const [row] = await world.sql`
				select c.status, a.phase, a.provider_id, a.idempotency_key
				from communications c
				join communication_attempts a on a.communication_id = c.id
				where c.id = ${id}
					and c.status <> 'scheduled'`;
			return row;
		});
		expect(sent).toMatchObject({ status: 'completed', providerId: sent['idempotencyKey'] as string });
		const runs = await until('n8n has saved the run', async () => {
			const found = await world.n8n.api.executions.list({ workflowId: workflowId('Outreach channel') });
			return found.length > 0 && found;
		});
		expect(runs.map(({ status }) => status)).toEqual(['success']);
	});

	test('scheduled outreach reaches each hot new lead once, however often it runs, and none before it is switched on', async () => {
		const outreach = hurried(switchedOn(template('scheduled-outreach')));
		await inOrganization(world.acme.tenantSql, world.acme.slug, (tx) =>
			createLeads(
				tx,
				['ada', 'bela', 'cora'].map((firstName) => ({
					email: `${firstName}@hot.test`,
					firstName,
					lastName: 'Warm',
					leadTemperature: 'hot' as const,
				})),
			),
		);
		const plannedMails = () => world.sql`
			select l.first_name, l.status, count(c.id)::int as mails
			from leads l
			left join communications c on c.lead_id = l.id
			where l.email like '%@hot.test'
			group by l.id
			order by 1`;
		const asShipped = await runScheduled(
			world.n8n.api,
			{ ...template('scheduled-outreach'), name: 'Outreach as shipped' },
			world.n8n.credential,
		);
		expect(asShipped.map(({ status }) => status)).toContain('success');
		expect((await plannedMails()).map(({ mails }) => mails as unknown)).toEqual([0, 0, 0]);
		const workflow = await addWorkflow(world.n8n.api, outreach, world.n8n.credential);
		await until('it has run at least twice', async () => {
			const runs = await world.n8n.api.executions.list({ workflowId: workflow.id, status: 'success' });
			return runs.length >= 2;
		});
		await world.n8n.api.workflows.setPublished(workflow.id, false);
		const planned = await plannedMails();
		expect(planned.map((row) => ({ ...row }))).toEqual(
			['ada', 'bela', 'cora'].map((firstName) => ({ firstName, status: 'CONTACTED', mails: 1 })),
		);
	});

	test('the table workflows shows what runs in n8n and what does not', async () => {
		const expected = {
			'Outreach as shipped': false,
			'Outreach channel': true,
			'Scheduled outreach': false,
			'Website lead intake': true,
		};
		await until(
			'the worker has seen the workflows',
			async () => {
				const rows = await world.sql<
					{ name: string; isActive: boolean }[]
				>`select name, is_active from workflows`;
				const found = Object.fromEntries(rows.map(({ name, isActive }) => [name, isActive]));
				return JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(expected));
			},
			150_000,
		);
	});
}
