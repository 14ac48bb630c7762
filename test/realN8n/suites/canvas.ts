import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listUnarchivedWorkflows } from '../../../n8n/listUnarchivedWorkflows';
import { logIn, startBrowser, type Browser } from '../browser';
import { template } from '../templates';
import type { World } from '../world';

const templates = readdirSync(join(__dirname, '..', '..', '..', 'templates'))
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace('.json', ''));

/** What an editor shows of the workflows that the other suites have made: comes after them. */
export function canvas(getWorld: () => World): void {
	let browser: Browser;

	beforeAll(async () => {
		const { url, owner } = getWorld().n8n;
		browser = await startBrowser();
		await logIn(browser.page, url, owner);
	});

	afterAll(() => (browser as Browser | undefined)?.close());

	test.each(templates)(
		'the template %s opens in the editor, and no node of it is complained about',
		async (file) => {
			const { page } = browser;
			const { url, api } = getWorld().n8n;
			const { name, nodes } = template(file);
			const workflow = (await listUnarchivedWorkflows(api)).find((found) => found.name === name);
			expect(workflow).toBeDefined();
			await page.goto(`${url}/workflow/${workflow?.id ?? ''}`);
			await expect
				.poll(() => page.getByTestId('canvas-node').count(), { timeout: 60_000 })
				.toBe(nodes.length);
			await page.getByTestId('zoom-to-fit').click();
			await browser.screenshot(`template-${file}`);
			expect(await page.getByTestId('node-issues').count()).toBe(0);
		},
	);
}
