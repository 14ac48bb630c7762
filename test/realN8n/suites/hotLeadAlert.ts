import { afterAll, beforeAll, expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import { smtpCredential } from '../../../cli/n8n/smtpCredential';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import { type Mailbox, startMailbox } from '../mailbox';
import { switchedOn, template } from '../templates';
import { until } from '../../setup/until';
import type { Tenant, World } from '../world';

/** The alert as the salesperson gets it. */
export function hotLeadAlert(getWorld: () => World): void {
	let tenant: Tenant;
	let mailbox: Mailbox;
	let workflowId: string;

	beforeAll(async () => {
		const { api } = getWorld().n8n;
		mailbox = await startMailbox();
		tenant = await getWorld().addTenant('alerts');
		const smtp = await api.credentials.save(smtpCredential('SMTP alerts', mailbox.url));
		const workflow = await addWorkflow(
			api,
			switchedOn(template('hot-lead-alert')),
			tenant.n8nCredential,
			smtp,
		);
		workflowId = workflow.id;
		await until('the trigger has its subscription', async () => {
			const rows = await getWorld().sql`
				select
				from lma.event_subscriptions
				where organization_id = (select id from organizations where slug = ${tenant.slug})`;
			return rows.length > 0;
		});
	});

	afterAll(async () => {
		await getWorld().n8n.api.workflows.setPublished(workflowId, false);
		await mailbox.stop();
	});

	test('a lead that turns hot is given to somebody, who gets one mail with name and number', async () => {
		await inOrganization(tenant.tenantSql, tenant.slug, async (tx) => {
			const base = { lastName: 'Alert', phone: '+31 555 0123', company: 'Spark Ltd' };
			const [cold] = await createLeads(tx, [
				{ ...base, email: 'ada@alerts.test', firstName: 'Ada', leadTemperature: 'cold' },
				{ ...base, email: 'bela@alerts.test', firstName: 'Bela', leadTemperature: 'warm' },
			]);
			await updateLeads(tx, [{ id: cold?.row?.id ?? 0, leadTemperature: 'hot', score: 91 }]);
		});
		await until('the note is written', async () => {
			const notes = await getWorld().sql`
				select
				from lead_notes n
				join leads l on l.id = n.lead_id
				where l.email like '%@alerts.test'`;
			return notes.length > 0;
		});
		expect(mailbox.mails.map(({ to, subject }) => ({ to, subject }))).toEqual([
			{ to: expect.stringMatching(/^user1\..*\.test$/) as string, subject: 'Hot lead: Ada Alert' },
		]);
		expect(mailbox.mails[0]?.text).toContain('Ada Alert of Spark Ltd is hot now, with a score of 91.');
		expect(mailbox.mails[0]?.text).toContain('+31 555 0123');
		const [lead] = await getWorld().sql`select assigned_to_id from leads where email = 'ada@alerts.test'`;
		expect(lead).toEqual({ assignedToId: tenant.userIds[0] });
	});

	test('one who is hot from the start is told too', async () => {
		await inOrganization(tenant.tenantSql, tenant.slug, (tx) =>
			createLeads(tx, [
				{ email: 'cora@alerts.test', firstName: 'Cora', lastName: 'Alert', leadTemperature: 'hot' },
			]),
		);
		await until('the second mail is there', () => Promise.resolve(mailbox.mails.length > 1));
		expect(mailbox.mails.map(({ subject }) => subject)).toEqual([
			'Hot lead: Ada Alert',
			'Hot lead: Cora Alert',
		]);
	});
}
