import { beforeAll, expect, test } from 'vitest';

import { createCampaigns } from '../../../db/campaign/create';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { runScheduled } from '../scheduledRun';
import { switchedOn, template } from '../templates';
import type { Tenant, World } from '../world';

/** Two campaigns that run, for different people; one that is over, one to come, and one that says of nobody that it is for them. */
export function campaignEnrolment(getWorld: () => World): void {
	let tenant: Tenant;

	beforeAll(async () => {
		tenant = await getWorld().addTenant('campaigns');
		const lead = (firstName: string, more: object) => ({
			email: `${firstName.toLowerCase()}@campaigns.test`,
			firstName,
			lastName: 'Member',
			...more,
		});
		await inOrganization(tenant.tenantSql, tenant.slug, async (tx) => {
			await createLeads(tx, [
				lead('Ada', { tags: ['webinar'], score: 60 }),
				lead('Bela', { tags: ['webinar'], score: 20 }),
				lead('Cora', { leadTemperature: 'hot', score: 90 }),
				lead('Dora', { tags: ['webinar'], score: 80, status: 'CLOSED_LOST' }),
				lead('Ella', { tags: ['webinar'], score: 95, leadTemperature: 'hot' }),
			]);
			await createCampaigns(tx, [
				{
					name: 'Webinar',
					status: 'active',
					startDate: '2026-01-05',
					targetCriteria: { tags: ['webinar'], minScore: 50 },
				},
				{
					name: 'Hot ones',
					status: 'active',
					startDate: '2026-01-05',
					targetCriteria: { leadTemperature: ['hot'] },
				},
				{ name: 'Over', status: 'completed', targetCriteria: { all: true } },
				{ name: 'Nobody', status: 'active', startDate: '2026-01-05', targetCriteria: {} },
				{ name: 'Tomorrow', status: 'active', startDate: '2099-01-05', targetCriteria: { all: true } },
			]);
		});
	});

	const members = async () => {
		const rows = await getWorld().sql<{ member: string }[]>`
			select c.name || ': ' || l.first_name as member
			from campaign_leads m
			join campaigns c on c.id = m.campaign_id
			join leads l on l.id = m.lead_id
			where l.email like '%@campaigns.test'
			order by 1`;
		return rows.map(({ member }) => member);
	};

	const mails = async () => {
		const rows = await getWorld().sql<{ mail: string }[]>`
			select c.subject || ': ' || l.first_name as mail
			from communications c
			join leads l on l.id = c.lead_id
			where l.email like '%@campaigns.test'
			order by 1`;
		return rows.map(({ mail }) => mail);
	};

	test('as shipped it enrols nobody and sends nothing', async () => {
		const shipped = { ...template('campaign-enrolment'), name: 'Enrolment as shipped' };
		const runs = await runScheduled(getWorld().n8n.api, shipped, tenant.n8nCredential);
		expect(runs.map(({ status }) => status)).toContain('success');
		expect(await members()).toEqual([]);
		expect(await mails()).toEqual([]);
	});

	test('switched on, every running campaign gets the open leads it is meant for, and each gets one welcome', async () => {
		const { api } = getWorld().n8n;
		const enrol = () => runScheduled(api, switchedOn(template('campaign-enrolment')), tenant.n8nCredential);
		const runs = await enrol();
		expect(runs.map(({ status }) => status)).toContain('success');
		const expected = ['Hot ones: Cora', 'Hot ones: Ella', 'Webinar: Ada', 'Webinar: Ella'];
		expect(await members()).toEqual(expected);
		await enrol();
		expect(await members()).toEqual(expected);
		expect(await mails()).toEqual(expected);
	});
}
