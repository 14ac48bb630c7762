import type { Queue } from 'bullmq';
import { expect, test, vi } from 'vitest';

import type { Pool } from '../../db/connection/client';
import type { OutgoingMessage } from '../../db/dispatch/startSending';
import { startClaimer } from '../../worker/dispatch/claimer';
import { DISPATCH_DEFAULTS } from '../../worker/dispatch/options';
import { createSender } from '../../worker/dispatch/sender';
import { createHttpServer } from '../../worker/http/server';
import { createLog } from '../../worker/log';
import { createMetrics } from '../../worker/metrics';
import { trackOutages } from '../../worker/outage';
import type { DispatchJob } from '../../worker/queue/jobs';

function logged() {
	const lines: string[] = [];
	const log = createLog('info', { write: (line: string) => void lines.push(line) });
	return { log, lines, outages: trackOutages(log) };
}

const mistake = () => {
	throw new TypeError('no ada@example.com');
};

test('a mistake in looking for what is due leaves its stack once, and is no outage of the database', async () => {
	const { log, lines, outages } = logged();
	const sql = vi.fn(mistake);
	const claimer = startClaimer({
		sql: sql as unknown as Pool,
		queue: {} as Queue<DispatchJob>,
		log,
		outages,
		metrics: createMetrics('redis'),
		options: DISPATCH_DEFAULTS,
	});
	await vi.waitFor(() => expect(sql.mock.calls.length).toBeGreaterThan(1), { timeout: 10_000 });
	await claimer.stop();
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('mistake.unit.test');
	expect(lines[0]).toContain('a bug in LMA while using the database; trying again');
	expect(lines.join()).not.toMatch(/cannot be reached|ada@example.com/);
});

test('what an admin has to mend is said once, without a stack and without the words of a driver', () => {
	const { lines, outages } = logged();
	const denied = Object.assign(new Error('permission denied for table leads'), {
		code: '42501',
		severity: 'ERROR',
	});
	outages.report('database', denied);
	outages.report('database', denied);
	outages.clear('database');
	expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
		{ server: 'database', reason: '42501', msg: 'the database cannot be used; trying again until it can' },
		{ server: 'database', msg: 'the database can be used again' },
	]);
	expect(lines.join()).not.toMatch(/stack|permission denied/);
});

test('a column that is missing is said once, with the stack of who asked for it', () => {
	const { lines, outages } = logged();
	const missing = Object.assign(new Error('column "ada" does not exist'), {
		code: '42703',
		severity: 'ERROR',
	});
	outages.report('database', missing);
	outages.report('database', missing);
	expect(lines).toHaveLength(1);
	expect(JSON.parse(lines[0]!)).toMatchObject({
		reason: '42703',
		err: {
			code: '42703',
			stack: expect.arrayContaining([expect.stringContaining('mistake.unit')]) as string[],
		},
	});
	expect(lines[0]).not.toContain('ada');
});

test('a mistake in preparing a message leaves its stack, and nothing was sent', async () => {
	const { log, lines } = logged();
	const sender = createSender({
		integrations: [],
		smtpUrl: 'smtp://localhost',
		email: { send: mistake, close: mistake },
		mailServers: { note: mistake },
		contacts: { note: mistake, write: mistake },
		log,
	});
	const turn = { tooLate: new AbortController().signal, begin: () => null };
	const outcome = await sender.send({ id: 5, communicationType: 'email' } as OutgoingMessage, turn);
	expect(outcome).toMatchObject({ kind: 'not_sent', reason: 'sender_failed' });
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('mistake.unit.test');
	expect(lines[0]).not.toContain('ada@example.com');
});

test('a mistake behind a route leaves its stack in the log, and its text in no answer', async () => {
	const { log, lines } = logged();
	const server = createHttpServer({
		metrics: createMetrics('redis'),
		idleMs: () => 0,
		readiness: mistake,
		log,
	});
	const response = await server.inject('/ready');
	expect(response.statusCode).toBe(500);
	expect(response.body).not.toContain('ada');
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('mistake.unit.test');
});
