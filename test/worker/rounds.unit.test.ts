import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createLog } from '../../worker/log';
import { askServer, trackOutages } from '../../worker/outage';
import { everyRound, type RoundOptions } from '../../worker/rounds';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function start(options: Partial<RoundOptions> & Pick<RoundOptions, 'round'>) {
	const lines: string[] = [];
	const log = createLog('info', { write: (line: string) => void lines.push(line) });
	const rounds = everyRound({ name: 'testing', pauseMs: 1000, log, outages: trackOutages(log), ...options });
	return { lines, rounds };
}

/** A round that lasts until told. */
function heldRound() {
	const held: PromiseWithResolvers<undefined>[] = [];
	const round = vi.fn(() => {
		const one = Promise.withResolvers<undefined>();
		held.push(one);
		return one.promise;
	});
	const finish = async () => {
		held.at(-1)?.resolve(undefined);
		await vi.advanceTimersByTimeAsync(0);
	};
	return { round, finish };
}

test('rounds begin at once and follow one another after the pause', async () => {
	const round = vi.fn(() => Promise.resolve(undefined));
	const { rounds } = start({ round });
	expect(round).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(999);
	expect(round).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(1);
	expect(round).toHaveBeenCalledTimes(2);
	await rounds.stop();
});

test('a round that takes longer than the pause is never joined by a second one, whoever calls', async () => {
	const { round, finish } = heldRound();
	const { rounds } = start({ round });
	await vi.advanceTimersByTimeAsync(5000);
	rounds.wake();
	await vi.advanceTimersByTimeAsync(5000);
	expect(round).toHaveBeenCalledTimes(1);
	await finish();
	// The call is not forgotten.
	expect(round).toHaveBeenCalledTimes(2);
	const stopping = rounds.stop();
	await finish();
	await stopping;
});

test('stopping waits for the round at hand, and tells it', async () => {
	const { round, finish } = heldRound();
	const signals: AbortSignal[] = [];
	const { rounds } = start({
		round({ signal }) {
			signals.push(signal);
			return round();
		},
	});
	const stopped = vi.fn();
	const stopping = rounds.stop().then(stopped);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(stopped).not.toHaveBeenCalled();
	expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
	await finish();
	await stopping;
	await rounds.stop();
	expect(round).toHaveBeenCalledTimes(1);
});

test('idle is who gives no sign of life, and not who pauses', async () => {
	const { round, finish } = heldRound();
	const { rounds } = start({ round, pauseMs: 3_600_000 });
	await vi.advanceTimersByTimeAsync(90_000);
	expect(rounds.idleMs()).toBe(90_000);
	await finish();
	await vi.advanceTimersByTimeAsync(3_000_000);
	expect(rounds.idleMs()).toBe(0);
	const stopping = rounds.stop();
	await finish();
	await stopping;
});

test('a round of many steps may take long, if each says that it lives', async () => {
	/* eslint-disable-next-line no-restricted-globals -- the timers are fake */
	const spend = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
	const { rounds } = start({
		stepMs: 10_000,
		async round({ alive }) {
			for (let step = 0; step < 10; step += 1) {
				alive();
				await spend(9000);
			}
			await spend(100_000);
			return undefined;
		},
	});
	await vi.advanceTimersByTimeAsync(90_000);
	expect(rounds.idleMs()).toBe(0);
	await vi.advanceTimersByTimeAsync(80_000);
	expect(rounds.idleMs()).toBe(79_000);
	const stopping = rounds.stop();
	await vi.advanceTimersByTimeAsync(20_000);
	await stopping;
});

test('a failure is reported for what it is, and the next round tries again', async () => {
	const failures = [
		() => askServer('queue', () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))),
		() => Promise.reject(Object.assign(new Error('no'), { code: 'CONNECTION_CLOSED' })),
		() => Promise.reject(Object.assign(new Error('no'), { code: '55P03', severity: 'ERROR' })),
		() => Promise.reject(new TypeError('a mistake')),
	];
	const round = vi.fn(() => failures[round.mock.calls.length - 1]?.() ?? Promise.resolve(undefined));
	const { lines, rounds } = start({ round, pauseAfterFailureMs: 10 });
	await vi.advanceTimersByTimeAsync(100);
	expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
		{ server: 'queue', reason: 'ECONNREFUSED' },
		{ server: 'database', reason: 'CONNECTION_CLOSED' },
		{ level: 'warn', msg: 'testing failed; it is tried again' },
		{ level: 'error', msg: 'testing failed' },
	]);
	expect(round).toHaveBeenCalledTimes(5);
	await rounds.stop();
});
