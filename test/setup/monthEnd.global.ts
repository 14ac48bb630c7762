/* eslint-disable-next-line no-restricted-imports -- what it waits for is the calendar */
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_RUN_MS = 25 * 60_000;

/**
 * No adoption may begin shortly before a month ends (UTC), and most tests of it would say so. A run that could still be
 * at it by then waits for the next month.
 */
export default async function setup(): Promise<void> {
	const now = new Date();
	const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
	const leftMs = nextMonth - now.getTime();
	if (leftMs > LONGEST_RUN_MS) return;
	console.log(`The month ends soon: waiting ${Math.ceil(leftMs / 60_000)} minutes for the next one`);
	await sleep(leftMs + 1_000);
}
