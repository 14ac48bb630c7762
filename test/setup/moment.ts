/* eslint-disable-next-line no-restricted-imports -- the one place, beside `until`, where a test lets time pass */
import { setTimeout } from 'node:timers/promises';

/**
 * Lets so many milliseconds pass where the moment is what the test varies, such as when a process is killed, or how long an
 * execution takes. Never to wait for something: that is `expect.poll`, an event, or `until`.
 */
export async function passMoment(ms: number): Promise<void> {
	await setTimeout(ms);
}
