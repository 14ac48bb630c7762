import { afterAll, beforeAll, expect, test } from 'vitest';

import { smtpCredential } from '../../../cli/n8n/smtpCredential';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { type Mailbox, startMailbox } from '../mailbox';
import { runScheduled } from '../scheduledRun';
import { switchedOn, template } from '../templates';
import type { Tenant, World } from '../world';

/** The report as it arrives in a mailbox. */
export function weeklyReport(getWorld: () => World): void {
	let tenant: Tenant;
	let mailbox: Mailbox;

	beforeAll(async () => {
		mailbox = await startMailbox();
		tenant = await getWorld().addTenant('weekly', { users: 2 });
		const [first, second] = tenant.userIds;
		const lead = (n: number, more: object) => ({
			email: `lead${n}@weekly.test`,
			firstName: `Lead${n}`,
			lastName: '<b>Bold</b>',
			...more,
		});
		await inOrganization(tenant.tenantSql, tenant.slug, (tx) =>
			createLeads(tx, [
				lead(1, { assignedToId: first, leadTemperature: 'hot', score: 90, company: 'Acme & Sons' }),
				lead(2, { assignedToId: first, status: 'CLOSED_WON', leadTemperature: 'hot', score: 95 }),
				lead(3, { assignedToId: second, leadTemperature: 'warm', score: 50 }),
				lead(4, { leadTemperature: 'cold', score: 5 }),
			]),
		);
	});

	afterAll(() => (mailbox as Mailbox | undefined)?.stop());

	test('nothing is sent before it is switched on; then one mail has the totals, every salesperson and the best open leads', async () => {
		const { api } = getWorld().n8n;
		const smtp = await api.credentials.save(smtpCredential('SMTP weekly', mailbox.url));
		const asShipped = { ...template('weekly-report'), name: 'Report as shipped' };
		const silent = await runScheduled(api, asShipped, tenant.n8nCredential, smtp);
		expect(silent.map(({ status }) => status)).toContain('success');
		expect(mailbox.mails).toEqual([]);
		const runs = await runScheduled(api, switchedOn(template('weekly-report')), tenant.n8nCredential, smtp);
		expect(runs.map(({ status }) => status)).toContain('success');
		const [mail] = mailbox.mails;
		expect(mail).toMatchObject({
			to: 'sales@example.com',
			subject: expect.stringMatching(/^Leads of .+, week \d+$/) as string,
		});
		expect(mail?.text).toContain('4 leads, 0 qualified, 1 won, 0 communications.');
		expect(mail?.text).toMatch(/User 1\s*2\s*0\s*1\s*User 2\s*1\s*0\s*0/);
		expect(mail?.text).toMatch(/1\. Lead1 <b>Bold<\/b> · Acme & Sons · score 90/);
		expect(mail?.text).toMatch(/2\. Lead3/);
		expect(mail?.text).not.toMatch(/Lead2|Lead4/);
	});
}
