import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ConnectionError } from '../../../domain/error/errors';
import { triggerBackOffMs } from '../../../nodes/LmaTrigger/triggerBackOff';
import { execute } from '../../../nodes/LmaTrigger/execution';
import { FailureStreak } from '../../../nodes/LmaTrigger/failureStreak';
import { inWindow } from '../../../nodes/LmaTrigger/slidingWindow';

test('back-off grows, with a part by chance, and is never longer than half a minute', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 10_000 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(n, chance) => {
				const ms = triggerBackOffMs(n, chance);
				expect(ms).toBeGreaterThanOrEqual(250);
				expect(ms).toBeLessThanOrEqual(30_000);
				expect(triggerBackOffMs(n + 1, chance)).toBeGreaterThanOrEqual(ms);
			},
		),
	);
});

describe('trouble', () => {
	const lost = Object.assign(new Error('cut'), { code: 'ECONNRESET' });

	test('that heals within a minute is not told', () => {
		const trouble = new FailureStreak(false);
		expect(trouble.add(lost, 0)).toBeUndefined();
		expect(trouble.add(lost, 59_000)).toBeUndefined();
		trouble.end();
		expect(trouble.add(lost, 61_000)).toBeUndefined();
	});

	test('that lasts is told once, and once more after it has worked', () => {
		const trouble = new FailureStreak(false);
		trouble.add(lost, 0);
		expect(trouble.add(lost, 60_000)).toBeInstanceOf(ConnectionError);
		expect(trouble.add(lost, 600_000)).toBeUndefined();
		trouble.end();
		trouble.add(lost, 700_000);
		expect(trouble.add(lost, 800_000)).toBeInstanceOf(ConnectionError);
	});

	test('that only a person can end is told at the second time', () => {
		const refused = Object.assign(new Error('no'), { code: '28P01' });
		const trouble = new FailureStreak(false);
		expect(trouble.add(refused, 0)).toBeUndefined();
		expect(trouble.add(refused, 1)?.message).toMatch(/User or password is wrong/);
		expect(new FailureStreak(true).add(refused, 0)).toBeUndefined();
	});
});

test('a window begins in order, keeps its width, tells prefixes only and stops at a failure', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 0, max: 30 }),
			fc.integer({ min: 1, max: 8 }),
			fc.option(fc.nat(29), { nil: undefined }),
			fc.infiniteStream(fc.nat(3)),
			async (count, width, failing, delays) => {
				const begun: number[] = [];
				const ended = new Set<number>();
				const prefixes: number[] = [];
				let running = 0;
				const { done, failure } = await inWindow(
					Array.from({ length: count }, (_, index) => index),
					width,
					async (part) => {
						begun.push(part);
						expect(++running).toBeLessThanOrEqual(width);
						for (let turn = Number(delays.next().value); turn > 0; turn--) await Promise.resolve();
						running -= 1;
						if (part === failing) throw new Error('failed');
						ended.add(part);
					},
					(prefix) => {
						for (let part = 0; part < prefix; part++) expect(ended.has(part)).toBe(true);
						prefixes.push(prefix);
						return Promise.resolve();
					},
					() => false,
				);
				expect(begun).toEqual([...begun].sort((a, b) => a - b));
				expect(prefixes).toEqual([...prefixes].sort((a, b) => a - b));
				const fails = failing !== undefined && failing < count;
				expect(failure !== undefined).toBe(fails);
				expect(done).toBe(fails ? failing : count);
			},
		),
	);
});

test('an execution that never ends is waited for so long, and not longer', async () => {
	const never = {
		promise: new Promise<never>(() => undefined),
		resolve: () => undefined,
		reject: () => undefined,
	};
	const context = { emit: () => undefined, helpers: { createDeferredPromise: () => never } };
	await execute(context as never, [], { acknowledge: 'finished', longestWaitMinutes: 0.001 });
});

test('an execution that n8n did not start says why, and repeats no address', async () => {
	const promise = Promise.reject(new Error('no credential of ada@example.com'));
	const context = { emit: () => undefined, helpers: { createDeferredPromise: () => ({ promise }) } };
	const options = { acknowledge: 'finished', longestWaitMinutes: 1 } as const;
	await expect(execute(context as never, [], options)).rejects.toMatchObject({
		code: 'EXECUTION_NOT_STARTED',
		message: 'n8n did not start the execution: no credential of [address]',
		cause: { message: 'no credential of [address]' },
	});
});
