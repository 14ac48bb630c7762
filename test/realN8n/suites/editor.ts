import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { upsertLeads } from '../../../db/lead/upsert';
import type { UpsertLead } from '../../../domain/lead/input';
import { type Browser, logIn, startBrowser } from '../browser';
import { readSampleLeads } from '../sampleLeads';
import type { Tenant, World } from '../world';

/** What somebody does who builds a workflow: each test goes on where the one before has stopped. */
export function editor(getWorld: () => World): void {
	let tenant: Tenant;
	let browser: Browser;
	const names = () => browser.page.getByTestId('node-creator-item-name');

	beforeAll(async () => {
		const world = getWorld();
		tenant = await world.addTenant('studio');
		const leads = (await readSampleLeads()).filter(({ email }) => email.includes('@'));
		await inOrganization(tenant.tenantSql, tenant.slug, (tx) => upsertLeads(tx, leads as UpsertLead[]));
		browser = await startBrowser();
		await logIn(browser.page, world.n8n.url, world.n8n.owner);
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') await browser.screenshot(`failed-${task.id}`);
	});

	afterAll(() => (browser as Browser | undefined)?.close());

	test('searching for crm, lead or score finds the node', async () => {
		const { page } = browser;
		await page.goto(`${getWorld().n8n.url}/workflow/new`);
		await page.getByTestId('canvas-plus-button').click();
		await page.getByTestId('node-creator-search-bar').fill('manual');
		await names().getByText('Manual Trigger', { exact: true }).click();
		await page.getByTestId('canvas-handle-plus').click();
		for (const words of ['crm', 'score', 'lead']) {
			await page.getByTestId('node-creator-search-bar').fill(words);
			await names().getByText('LMA', { exact: true }).first().waitFor();
			expect((await names().allTextContents()).slice(0, 5).map((name) => name.trim())).toContain('LMA');
		}
		await browser.screenshot('search');
	});

	test('the node lists what it can do, and opens with the operation that was clicked', async () => {
		const { page } = browser;
		await names().getByText('LMA', { exact: true }).first().click();
		await names().getByText('Get a lead', { exact: true }).waitFor();
		await page.getByText('Create, score and assign leads').first().waitFor();
		const actions = await names().allTextContents();
		expect(actions.map((name) => name.trim())).toEqual(
			expect.arrayContaining(['Create or update a lead', 'Score a lead', 'Schedule a communication']),
		);
		await browser.screenshot('actions');
		await names().getByText('Get a lead', { exact: true }).click();
		await page.getByTestId('parameter-input-operation').waitFor();
		expect(await page.getByTestId('parameter-input-operation').locator('input').inputValue()).toBe('Get');
	});

	test('operation and credential can be chosen', async () => {
		const { page } = browser;
		await page.getByTestId('parameter-input-operation').click();
		await page.getByRole('option', { name: /^Update/ }).click();
		await page.getByTestId('node-credentials-select').click();
		await page.getByTestId(`node-credentials-select-item-${tenant.n8nCredential.id}`).click();
		await page.getByTestId('collection-parameter-add').first().waitFor();
		expect(await page.getByTestId('node-credentials-select').locator('input').inputValue()).toBe(
			tenant.n8nCredential.name,
		);
	});

	test('the list of leads comes from the database, and is searched there', async () => {
		const { page } = browser;
		const items = page.getByTestId('rlc-item');
		await page.getByTestId('resource-locator-leadId').getByTestId('rlc-input').click();
		await items.first().waitFor();
		expect(await items.count()).toBeGreaterThan(20);
		await page.getByTestId('rlc-search').fill('kestrel');
		await items.filter({ hasNotText: 'kestrel' }).first().waitFor({ state: 'detached' });
		const [found] = await getWorld().sql<{ count: number }[]>`
			select count(*)::int as count
			from leads
			where email like '%@kestrel.example'
				and organization_id = (select id from organizations where slug = ${tenant.slug})`;
		await expect.poll(() => items.count(), { timeout: 30_000 }).toBe(found?.count);
		await browser.screenshot('lead-list');
		await items.filter({ hasText: 'penalver@kestrel' }).click();
	});

	test('a step that is executed changes the database and shows its output', async () => {
		const { page } = browser;
		await page.getByTestId('collection-parameter-add').first().click();
		await page.getByTestId('collection-parameter-option').filter({ hasText: 'Job Title' }).click();
		await page.getByTestId('parameter-input-jobTitle').locator('input').fill('Head of Procurement');
		await page.getByTestId('node-execute-button').click();
		const output = page.getByTestId('output-panel');
		await output.getByText('ibrahim.penalver@kestrel.example').waitFor();
		await browser.screenshot('executed');
		expect(await output.innerText()).toContain('Head of Procurement');
		const [lead] = await getWorld().sql`
			select job_title
			from leads
			where email = 'ibrahim.penalver@kestrel.example'
				and organization_id = (select id from organizations where slug = ${tenant.slug})`;
		expect(lead).toEqual({ jobTitle: 'Head of Procurement' });
	});
}
