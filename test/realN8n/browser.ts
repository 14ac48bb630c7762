import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors, type Page } from 'playwright-core';

import type { N8nOwner } from '../../n8n/session';

/** A page in a headless Chromium. */
export interface Browser {
	page: Page;
	/** Saves what is seen as `test/output/screenshots/<name>.png`. */
	screenshot(name: string): Promise<void>;
	close(): Promise<void>;
}

/** Runs in the page. */
const IMAGES_ARE_THERE = 'Array.from(document.images).every((image) => image.complete)';

const screenshots = join(__dirname, '..', 'output', 'screenshots');
const usualPlaces = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Starts Chromium. @throws Error when there is none: these tests are never skipped. */
export async function startBrowser(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath: findChromium(),
		args: ['--no-sandbox', '--disable-background-networking', '--disable-sync', '--no-first-run'],
	});
	const page = await browser.newPage({ viewport: { width: 1360, height: 850 }, locale: 'en-GB' });
	page.setDefaultTimeout(60_000);
	return {
		page,
		screenshot: async (name) => {
			// Icons come after the page; without them the picture is still of use.
			await page.waitForFunction(IMAGES_ARE_THERE, undefined, { timeout: 5_000 }).catch(() => undefined);
			await page.screenshot({ path: join(screenshots, `${name}.png`) });
		},
		close: () => browser.close(),
	};
}

/** Logs in through n8n's form. */
export async function logIn(page: Page, url: string, owner: N8nOwner): Promise<void> {
	await page.goto(url);
	await page.getByLabel('Email').fill(owner.email);
	await page.getByLabel('Password', { exact: true }).fill(owner.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((address) => !address.pathname.includes('signin'));
}

function findChromium(): string {
	const path = process.env['LMA_CHROMIUM'] ?? usualPlaces.find((place) => existsSync(place));
	if (!path) throw new Error('No Chromium found. Run "apt-get install chromium", or set LMA_CHROMIUM to it.');
	return path;
}
