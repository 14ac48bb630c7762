import { expect, test, vi } from 'vitest';

import { keepRunning, type KeepOptions, type Running } from '../../../cli/start/keepRunning';

/** A program that ends when it is told to. */
function program() {
	const { promise: exited, resolve: end } = Promise.withResolvers<undefined>();
	let stops = 0;
	const running: Running = {
		exited,
		stop() {
			stops++;
			end(undefined);
			return exited;
		},
	};
	return { running, end, stops: () => stops };
}

function keep(options: Partial<KeepOptions> & Pick<KeepOptions, 'running' | 'start'>) {
	const notes: string[] = [];
	const abort = new AbortController();
	const terminal = { note: (line: string) => notes.push(line) };
	const kept = keepRunning({
		name: 'n8n',
		signal: abort.signal,
		terminal,
		logFile: '/the/log',
		firstPauseMs: 1,
		...options,
	});
	return { kept, notes, abort };
}

test('what ends by itself is started again, and stopped in the end', async () => {
	const [first, second] = [program(), program()];
	const started = Promise.withResolvers<undefined>();
	const { kept, notes, abort } = keep({
		running: first.running,
		start() {
			started.resolve(undefined);
			return Promise.resolve(second.running);
		},
	});
	first.end(undefined);
	await started.promise;
	await vi.waitFor(() => expect(notes).toHaveLength(2));
	expect(notes).toEqual([
		'n8n has ended unexpectedly; starting it again in 1 s. Its log is /the/log.',
		'n8n is running again.',
	]);
	abort.abort();
	await kept.stop();
	expect(second.stops()).toBe(1);
	expect(await kept.outcome).toBe(true);
});

test('what ends again and again is left alone, which is told with the place of its log', async () => {
	let starts = 0;
	const ended = program();
	ended.end(undefined);
	const { kept, notes } = keep({
		running: ended.running,
		start() {
			starts++;
			return starts === 2 ? Promise.reject(new Error('the port is taken')) : Promise.resolve(ended.running);
		},
	});
	expect(await kept.outcome).toBe(false);
	expect(starts).toBe(5);
	expect(notes).toContain('n8n: the port is taken');
	expect(notes.at(-1)).toBe('n8n has failed 6 times in a row and is left alone. Its log is /the/log.');
});

test('what ran for a while is no failure in a row', async () => {
	let starts = 0;
	const ended = program();
	ended.end(undefined);
	const abort = new AbortController();
	const { kept } = keep({
		running: ended.running,
		steadyMs: -1,
		signal: abort.signal,
		start() {
			if (++starts === 20) abort.abort();
			return Promise.resolve(ended.running);
		},
	});
	expect(await kept.outcome).toBe(true);
	expect(starts).toBe(20);
});

test('what is being started when all is to stop is stopped as soon as it runs', async () => {
	const [first, second] = [program(), program()];
	const starting = Promise.withResolvers<Running>();
	const begun = Promise.withResolvers<undefined>();
	const { kept, notes, abort } = keep({
		running: first.running,
		start() {
			begun.resolve(undefined);
			return starting.promise;
		},
	});
	first.end(undefined);
	await begun.promise;
	abort.abort();
	const stopped = kept.stop();
	starting.resolve(second.running);
	await stopped;
	expect(second.stops()).toBe(1);
	expect(notes).toHaveLength(1);
});
