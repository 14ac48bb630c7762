import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type HttpSink, startHttpSink } from '../support/httpSink';
import { until, World } from '../support/world';

describe('what messages show of a connection', () => {
	let world: World;
	let hook: HttpSink;
	let status = 200;

	beforeAll(async () => {
		world = await World.create();
		hook = await startHttpSink((_request, response) => void response.writeHead(status).end());
	});
	afterAll(async () => {
		await world.destroy();
		await hook.stop();
	});
	beforeEach(async () => {
		await world.sql`delete from integrations`;
	});
	afterEach(() => world.stopWorkers());

	const webhook = (secret?: string) =>
		world.integration({
			integrationType: 'webhook',
			name: 'own',
			configuration: { url: hook.url, communicationTypes: ['sms'] },
			...(secret !== undefined && { secret }),
		});
	const row = async () => {
		const [found] = await world.sql<{ status: string; lastError: string | null; version: string }[]>`
			select status, last_error, xmin::text as version from integrations`;
		return found;
	};
	const untilError = (words: string | null) =>
		until(async () => {
			const found = await row();
			expect(found).toMatchObject({
				status: 'active',
				lastError: words === null ? null : (expect.stringContaining(words) as string),
			});
			return found!;
		});

	it('a webhook that is not there is broken in every place until a message gets through', async () => {
		status = 404;
		const { id: connection } = await webhook();
		const [first = 0] = await world.schedule([{ type: 'sms' }]);
		const worker = await world.startWorker({}, { sync: { planEveryMs: 100 } });
		await untilError('There is nothing at the address of the webhook');
		const metrics = async () => (await fetch(`${worker.url}/metrics`)).text();
		await expect.poll(metrics).toContain('lma_connections_unusable{type="webhook",status="active"} 1');
		const { connections } = (await (await fetch(`${worker.url}/ready`)).json()) as { connections: string };
		expect(connections).toContain(`webhook connection ${connection} of organization`);
		expect(connections).not.toContain('127.0.0.1');
		status = 200;
		await world.makeDue([first]);
		await world.untilStatus([first], 'completed');
		await untilError(null);
		await expect.poll(metrics).not.toContain('lma_connections_unusable{type="webhook"');
	});

	it('nothing is written while nothing changes', async () => {
		status = 200;
		await webhook();
		const { version } = (await row())!;
		const ids = await world.schedule([{ type: 'sms' }, { type: 'sms' }]);
		await world.startWorker();
		await world.untilStatus(ids, 'completed');
		await world.stopWorkers();
		expect(await row()).toMatchObject({ lastError: null, version });
	});

	it('a mail server that does not answer is broken, and its address is not repeated', async () => {
		await world.integration({
			integrationType: 'smtp',
			name: 'own',
			configuration: { from: 'acme@sender.test' },
			secret: 'smtp://me:hidden@127.0.0.1:1',
		});
		await world.schedule([{}]);
		await world.startWorker();
		const { lastError } = await untilError('The mail server cannot be reached');
		expect(lastError).not.toMatch(/hidden|127\.0\.0\.1/);
	});

	it('a secret that the worker cannot read is told', async () => {
		await webhook('token');
		await world.sql`update integrations set secret_key_id = 'deadbeef'`;
		await world.schedule([{ type: 'sms' }]);
		await world.startWorker();
		await untilError('The worker cannot read its secret');
	});
});
