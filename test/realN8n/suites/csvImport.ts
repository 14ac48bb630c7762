import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import { type Browser, startBrowser } from '../browser';
import { template } from '../templates';
import { until } from '../../setup/until';
import type { Tenant, World } from '../world';

const sample = join(__dirname, '..', '..', '..', 'cli', 'start', 'sample', 'trade-fair-leads.csv');

/** The form as somebody from sales uses it, with the list of a trade fair: 200 rows, two of them without an address. */
export function csvImport(getWorld: () => World): void {
	let tenant: Tenant;
	let browser: Browser;
	let form: string;

	beforeAll(async () => {
		const { url, api } = getWorld().n8n;
		tenant = await getWorld().addTenant('csv');
		await addWorkflow(api, template('csv-import'), tenant.n8nCredential);
		form = `${url}/form/lma-csv-import`;
		await until('the form is served', async () => (await fetch(form)).ok);
		browser = await startBrowser();
	});

	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') await browser.screenshot(`failed-${task.id}`);
	});

	afterAll(() => (browser as Browser | undefined)?.close());

	async function upload(file: string | { name: string; mimeType: string; buffer: Buffer }) {
		const { page } = browser;
		await page.goto(form);
		await page.locator('input[type=file]').setInputFiles(file);
		await page.getByRole('button', { name: 'Import' }).click();
	}

	const countLeads = async () => {
		const [row] = await getWorld().sql<{ count: number }[]>`
			select count(*)::int as count
			from leads
			where organization_id = (select id from organizations where slug = ${tenant.slug})`;
		return row?.count;
	};

	test('right rows are imported, and the wrong ones come back as a file with row and reason', async () => {
		const download = browser.page.waitForEvent('download');
		await upload(sample);
		const file = await download;
		expect(file.suggestedFilename()).toBe('rejected-leads.csv');
		await browser.page.getByText('198 rows imported, 2 rejected').waitFor();
		await browser.page.getByText(/184 created, \d+ updated, \d+ unchanged/).waitFor();
		await browser.page.getByText('Columns read: E-mail → email;').waitFor();
		await browser.screenshot('csv-import');
		const report = await readFile(await file.path(), 'utf8');
		const [heading, ...rows] = report.trim().split('\n');
		expect(heading).toMatch(/^E-mail,First name,.*,lma_line,lma_reason$/);
		expect(rows).toHaveLength(2);
		expect(rows[0]).toMatch(/,email /);
		expect(await countLeads()).toBe(184);
		const [lead] = await getWorld().sql`
			select first_name, company, notes, custom_fields
			from leads
			where email = 'fatima.muller@kestrel.example'
				and organization_id = (select id from organizations where slug = ${tenant.slug})`;
		expect(lead).toMatchObject({
			firstName: 'Fatima',
			company: 'Kestrel Robotics',
			notes: 'Second visit to the booth',
			customFields: null,
		});
	});

	test('the mended file is imported without a remark', async () => {
		const buffer = Buffer.from(
			'E-MAIL,First_Name,last name,lma_line,lma_reason\nmended@csv.test,Men,Ded,62,wrong\n',
		);
		await upload({ name: 'rejected-leads.csv', mimeType: 'text/csv', buffer });
		await browser.page.getByText('1 row imported').waitFor();
		await browser.page.getByText('1 created, 0 updated').waitFor();
		expect(await countLeads()).toBe(185);
	});
}
