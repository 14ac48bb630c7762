import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHttpSink, type HttpSink, type ReceivedRequest } from '../support/httpSink';
import { until, World } from '../support/world';

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;
const reply =
	(status: number, headers = {}): Answer =>
	(_request, response) =>
		void response.writeHead(status, headers).end();
const ok: Answer = (_request, response) => {
	const body = '{"messageId":"SM123"}';
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
};

describe('messages to webhooks', () => {
	let world: World;
	let hook: HttpSink;
	let answer: Answer;

	const save = (configuration = {}, secret?: string) =>
		world.integration({
			integrationType: 'webhook',
			name: 'n8n',
			configuration: {
				url: `${hook.url}/webhook/send`,
				communicationTypes: ['sms', 'call'],
				...configuration,
			},
			secret,
		});

	beforeAll(async () => {
		world = await World.create();
		hook = await startHttpSink((request, response) => answer(request, response));
	});
	afterAll(async () => {
		await world.destroy();
		await hook.stop();
	});
	beforeEach(async () => {
		await world.sql`delete from integrations`;
		hook.received.length = 0;
		answer = ok;
	});
	afterEach(() => world.stopWorkers());

	it('are sent whatever the answer holds, and a bomb in it is not unpacked', async () => {
		await save();
		const bomb = brotliCompressSync(Buffer.alloc(100_000_000), {
			params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
		});
		const bodies = [
			[Buffer.from('{"id":"SM\\u0000\\ud8001"}'), {}],
			[bomb, { 'content-encoding': 'br' }],
		] as const;
		for (const [body, headers] of bodies) {
			answer = (_request, response) =>
				void response.writeHead(200, { 'content-length': body.length, ...headers }).end(body);
			const [id = 0] = await world.schedule([{ type: 'sms' }]);
			const before = process.memoryUsage().rss;
			await world.startWorker();
			await world.untilStatus([id], 'completed');
			expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
			await world.stopWorkers();
		}
		expect(hook.received).toHaveLength(2);
	});

	it('carry the key, the token and what is needed to send them', async () => {
		await save({}, 'hook-token');
		const [id = 0] = await world.schedule([{ type: 'sms', content: 'Hi Ada', email: 'ada@receiver.test' }]);
		await world.startWorker();
		await world.untilStatus([id], 'completed');
		const [request] = hook.received;
		const key = `${world.organizationId}:${id}:1`;
		expect(hook.received).toHaveLength(1);
		expect(request).toMatchObject({ method: 'POST', path: '/webhook/send' });
		expect(request?.headers).toMatchObject({ 'idempotency-key': key, authorization: 'Bearer hook-token' });
		expect(JSON.parse(request!.body)).toMatchObject({
			idempotencyKey: key,
			communicationId: id,
			organization: 'acme',
			communicationType: 'sms',
			content: 'Hi Ada',
			lead: { email: 'ada@receiver.test', firstName: 'Ada', lastName: 'Lovelace', phone: '+49 30 1234567' },
		});
		expect(await world.attempts(id)).toMatchObject([{ phase: 'sent', providerId: 'SM123' }]);
		expect(world.log.join('')).not.toMatch(/hook-token|receiver\.test|Lovelace|1234567|webhook\/send/);
	});

	it.each(['sms', 'linkedin'] as const)('fail when the organization has no webhook for %s', async (type) => {
		const [id = 0] = await world.schedule([{ type }]);
		await world.startWorker();
		await world.untilStatus([id], 'failed');
		expect(await world.communication(id)).toMatchObject({ failureReason: `no_webhook_for_${type}` });
	});

	it.each(['call', 'meeting'] as const)(
		'are left to a person when there is no webhook for a %s',
		async (type) => {
			const [id = 0] = await world.schedule([{ type }]);
			await world.startWorker();
			await until(async () => expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]));
			expect(await world.communication(id)).toMatchObject({
				status: 'scheduled',
				dispatchAt: null,
				failureReason: null,
			});
		},
	);

	it('never go to the webhook of another organization', async () => {
		const [other] = await world.sql<{ id: number }[]>`
			insert into organizations (name, slug)
			values ('Other', ${`other-${Date.now()}`})
			returning id`;
		await world.integration({
			integrationType: 'webhook',
			name: 'n8n',
			organizationId: other!.id,
			configuration: { url: hook.url, communicationTypes: ['sms'] },
		});
		const [id = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker();
		await world.untilStatus([id], 'failed');
		expect(hook.received).toEqual([]);
	});

	it('wait as long as the webhook asks after 429', async () => {
		await save();
		answer = reply(429, { 'retry-after': '900' });
		const [id = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker();
		await until(async () => expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]));
		const { dispatchAt, status } = await world.communication(id);
		expect(status).toBe('scheduled');
		expect(Date.parse(dispatchAt!) - Date.now()).toBeGreaterThan(880_000);
		answer = ok;
		await world.makeDue([id]);
		await world.untilStatus([id], 'completed');
	});

	it.each([
		[400, 'failed', 'webhook_400', 'not_sent'],
		[302, 'failed', 'webhook_302', 'not_sent'],
		[501, 'failed', 'webhook_501', 'not_sent'],
		[500, 'failed', 'outcome_unknown', 'unknown'],
	])('after %d: %s, %s', async (status, state, reason, phase) => {
		await save();
		answer = reply(status, { location: `${hook.url}/elsewhere` });
		const [id = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker();
		await world.untilStatus([id], state);
		expect((await world.communication(id)).failureReason).toBe(reason);
		expect(await world.attempts(id)).toMatchObject([{ phase }]);
		expect(hook.received).toHaveLength(1);
	});

	it('without an answer in time are sent again only if the webhook deduplicates', async () => {
		answer = () => undefined;
		await save({ deduplicates: false });
		const [once = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker({}, { dispatch: { sendTimeoutMs: 300 } });
		await world.untilStatus([once], 'failed');

		await save({ deduplicates: true });
		const [again = 0] = await world.schedule([{ type: 'sms' }]);
		await until(async () => expect(await world.attempts(again)).toMatchObject([{ phase: 'unknown' }]));
		answer = ok;
		await world.makeDue([again]);
		await world.untilStatus([again], 'completed');
		const keys = hook.received.map(({ headers }) => headers['idempotency-key']);
		const key = (id: number) => `${world.organizationId}:${id}:1`;
		expect(keys).toEqual([key(once), key(again), key(again)]);
	});

	it('fail for good after the last try', async () => {
		await save();
		answer = reply(503);
		const [id = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker({}, { dispatch: { maxAttempts: 2 } });
		await until(async () => expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent' }]));
		await world.makeDue([id]);
		await world.untilStatus([id], 'failed');
		expect(await world.communication(id)).toMatchObject({ failureReason: 'webhook_503' });
	});

	it('are not sent, and not lost, when the token cannot be read', async () => {
		await save({}, 'hook-token');
		const [id = 0] = await world.schedule([{ type: 'sms' }]);
		await world.startWorker({ encryptionKey: undefined });
		await until(async () => expect((await world.attempts(id))[0]?.error).toContain('secret_unreadable'));
		expect((await world.communication(id)).status).toBe('scheduled');
		expect(hook.received).toEqual([]);
	});
});
