import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Pool } from '../../db/connection/client';
import { dispatchPart } from '../../worker/dispatch/start';
import { createHttpServer } from '../../worker/http/server';
import type { WorkerContext } from '../../worker/context';
import { syncPart } from '../../worker/sync/start';
import { totalsPart } from '../../worker/totals/start';
import { upkeepPart } from '../../worker/upkeep/start';
import { contextOn } from './support/context';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
	vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);
const queue = { getWaitingCount: () => Promise.resolve(0) };

/** A server that takes every statement and never answers, and queues that have nothing to do. */
function silentContext(): WorkerContext {
	const sql = Object.assign(() => never, { json: (value: unknown) => value });
	const queues = { backend: 'postgres', queue: () => queue, worker: () => ({ on: () => undefined }) };
	return {
		...contextOn(sql as unknown as Pool, 'postgres://u:p@127.0.0.1:1/d'),
		queues: queues as unknown as WorkerContext['queues'],
	};
}

async function healthAfter(ms: number, idleMs: () => number) {
	await vi.advanceTimersByTimeAsync(ms);
	const { metrics, log } = silentContext();
	const server = createHttpServer({ metrics, log, idleMs, readiness: () => never });
	return (await server.inject('/health')).json<{ status: string }>().status;
}

const MINUTE = 60_000;

test.each([
	[dispatchPart(), MINUTE],
	[syncPart(), MINUTE],
	[upkeepPart(), 61 * MINUTE],
])('/health says that a loop hangs: $name', async (part, hangsAfterMs) => {
	const { idleMs } = part.start(silentContext());
	expect(await healthAfter(hangsAfterMs - 1000, idleMs)).toBe('ok');
	expect(await healthAfter(2000, idleMs)).toBe('hung');
});

test('totals end a statement that is not answered, and do not hang', async () => {
	const { idleMs } = totalsPart().start(silentContext());
	expect(await healthAfter(120 * MINUTE, idleMs)).toBe('ok');
});

test('every part that has a queue shows it to /ready', () => {
	const parts = [dispatchPart(), syncPart(), totalsPart(), upkeepPart()];
	const shown = parts.filter((part) => part.start(silentContext()).queue === queue);
	expect(shown.map(({ name }) => name)).toEqual(['dispatch', 'sync']);
});
