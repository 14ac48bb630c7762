import { beforeAll, expect, test } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { runScheduled } from '../scheduledRun';
import { template } from '../templates';
import type { Tenant, World } from '../world';

const scoringRules = [
	{ name: 'Phone', field: 'phone', operator: 'isSet' as const, points: 45 },
	{ name: 'Company', field: 'company', operator: 'isSet' as const, points: 30 },
];

/** Leads that were scored by older rules, and one that is closed. */
export function nightlyRescoring(getWorld: () => World): void {
	let tenant: Tenant;

	beforeAll(async () => {
		tenant = await getWorld().addTenant('rescoring', { scoringRules });
		const base = { lastName: 'Night', phone: '+31 555 0101' };
		await inOrganization(tenant.tenantSql, tenant.slug, (tx) =>
			createLeads(tx, [
				{ ...base, email: 'ada@night.test', firstName: 'Ada', company: 'Acme' },
				{ ...base, email: 'bela@night.test', firstName: 'Bela' },
				{ ...base, email: 'cora@night.test', firstName: 'Cora', company: 'Acme', status: 'CLOSED_WON' },
				{
					...base,
					email: 'dora@night.test',
					firstName: 'Dora',
					company: 'Acme',
					score: 90,
					leadTemperature: 'hot',
				},
			]),
		);
	});

	test('open leads get the score of the rules as they are now, closed ones keep theirs', async () => {
		const runs = await runScheduled(getWorld().n8n.api, template('nightly-rescoring'), tenant.n8nCredential);
		expect(runs.map(({ status }) => status)).toContain('success');
		const leads = await getWorld().sql`
			select first_name, score, lead_temperature
			from leads
			where email like '%@night.test'
			order by first_name`;
		expect(leads.map((lead) => Object.values(lead) as unknown[])).toEqual([
			['Ada', 75, 'hot'],
			['Bela', 45, 'warm'],
			['Cora', 0, 'cold'],
			['Dora', 75, 'hot'],
		]);
	});

	test('a lead that turned hot gets one note that says by which rules', async () => {
		const notes = await getWorld().sql`
			select l.first_name, n.content
			from lead_notes n
			join leads l on l.id = n.lead_id
			where l.email like '%@night.test'`;
		expect(notes.map((note) => Object.values(note) as unknown[])).toEqual([
			['Ada', 'Turned hot tonight: score 0 → 75 (Phone, Company).'],
		]);
	});
}
