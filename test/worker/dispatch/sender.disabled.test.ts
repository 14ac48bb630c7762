import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type HttpSink, startHttpSink } from '../support/httpSink';
import { type SmtpSink, startSmtpSink } from '../support/smtpSink';
import { until, World } from '../support/world';

describe('while a connection is disabled', () => {
	let world: World;
	let smtp: SmtpSink;
	let hook: HttpSink;

	beforeAll(async () => {
		world = await World.create();
		smtp = await startSmtpSink();
		hook = await startHttpSink((_request, response) => void response.writeHead(200).end());
	});
	afterAll(async () => {
		await world.destroy();
		await smtp.stop();
		await hook.stop();
	});
	beforeEach(async () => {
		await world.sql`delete from integrations`;
		smtp.received.length = 0;
		hook.received.length = 0;
	});
	afterEach(() => world.stopWorkers());

	const webhook = (name: string) =>
		world.integration({
			integrationType: 'webhook',
			name,
			configuration: { url: `${hook.url}/${name}`, communicationTypes: ['sms', 'call'] },
		});
	const disable = (name: string) =>
		world.sql`update integrations set status = 'inactive' where name = ${name}`;
	const waits = (id: number) =>
		until(async () => {
			expect(await world.attempts(id)).toMatchObject([{ phase: 'not_sent', error: 'connection_disabled' }]);
			expect(await world.communication(id)).toMatchObject({
				status: 'scheduled',
				failureReason: 'connection_disabled',
				dispatchStartedAt: null,
				dispatchAt: expect.any(String) as string,
			});
		});

	it('mail goes no other way: it waits, for as long as it takes, and is sent when it is enabled', async () => {
		const { id: connection } = await world.integration({
			integrationType: 'smtp',
			name: 'own',
			configuration: { from: 'acme@sender.test' },
		});
		await disable('own');
		const [id = 0] = await world.schedule([{}]);
		await world.startWorker({ smtpUrl: smtp.url }, { dispatch: { maxAttempts: 1 } });
		await waits(id);
		await world.makeDue([id]);
		await until(async () => expect(await world.attempts(id)).toHaveLength(2));
		expect(smtp.received).toHaveLength(0);
		await world.sql`update integrations set status = 'active' where id = ${connection}`;
		await world.makeDue([id]);
		await world.untilStatus([id], 'completed');
		expect(await world.communication(id)).toMatchObject({ failureReason: null });
	});

	it('what its webhook would get waits, unless there is another for it', async () => {
		await webhook('first');
		await disable('first');
		const [text = 0, call = 0] = await world.schedule([{ type: 'sms' }, { type: 'call' }]);
		await world.startWorker();
		await waits(text);
		await waits(call);
		expect(hook.received).toHaveLength(0);
		await webhook('second');
		await world.makeDue([text, call]);
		await world.untilStatus([text, call], 'completed');
		expect(hook.received.map(({ path }) => path)).toEqual(['/second', '/second']);
	});
});
