import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordContact } from '../../../db/integration/contact';
import { createHttpServer } from '../../../worker/http/server';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { World } from '../support/world';

describe('the HTTP side of the worker', () => {
	let world: World;
	beforeAll(async () => {
		world = await World.create();
	});
	afterAll(() => world.destroy());

	it('answers /health, /ready and /metrics', async () => {
		const worker = await world.startWorker();
		const get = async (path: string) => fetch(`${worker.url}${path}`);
		expect(await (await get('/health')).json()).toMatchObject({ status: 'ok' });
		const ready = await get('/ready');
		expect([ready.status, await ready.json()]).toEqual([
			200,
			{ ready: true, database: 'ok', schema: 'ok', queue: 'ok', connections: 'ok' },
		]);
		const metrics = await (await get('/metrics')).text();
		for (const name of ['claimed_total', 'sent_total', 'failed_total', 'lateness_seconds']) {
			expect(metrics).toContain(`lma_dispatch_${name}`);
		}
		expect(metrics).toContain('lma_queue_backend{backend="postgres"} 1');
		expect((await get('/nothing')).status).toBe(404);
	});

	it('names a connection that n8n refuses, by its id, and is ready all the same', async () => {
		const worker = await world.startWorker({}, { sync: { planEveryMs: 100 } });
		const { id } = await world.integration({
			integrationType: 'n8n',
			name: 'refused',
			configuration: { baseUrl: 'http://127.0.0.1:1' },
			secret: 'key',
		});
		const error = 'n8n at https://n8n.acme.internal:5678 refuses the API key (401)';
		await recordContact(world.sql, id, { status: 'expired', error });
		const ready = await fetch(`${worker.url}/ready`);
		expect([ready.status, await ready.json()]).toMatchObject([
			200,
			{
				ready: true,
				connections: `n8n connection ${id} of organization ${world.organizationId} cannot be used: n8n refuses its API key · lma org connection list says more`,
			},
		]);
		const unusable = async () => (await fetch(`${worker.url}/metrics`)).text();
		await expect.poll(unusable).toContain('lma_connections_unusable{type="n8n",status="expired"} 1');
		await world.sql`delete from integrations where id = ${id}`;
	});

	it('notes with which encryption key it runs', async () => {
		await world.startWorker();
		const keys = async () =>
			(await world.sql`select key_id from lma.worker_keys`).map(({ keyId }) => keyId as string);
		await expect.poll(keys).toEqual([world.encryptionKey.id]);
	});

	it('names the port that is taken, and the variable to change', async () => {
		const worker = await world.startWorker();
		const port = Number(new URL(worker.url).port);
		await expect(world.startWorker({ httpPort: port })).rejects.toMatchObject({
			code: 'PORT_TAKEN',
			message: `Port ${port} on 127.0.0.1 is taken by another program`,
			description: expect.stringContaining('LMA_HTTP_PORT') as string,
		});
	});

	it('says that a claimer hangs', async () => {
		const server = createHttpServer({
			metrics: createMetrics('redis'),
			log: createLog('silent'),
			idleMs: () => 120_000,
			readiness: () => Promise.reject(new Error('not asked')),
		});
		const response = await server.inject('/health');
		expect(response.statusCode).toBe(503);
		expect(response.json()).toMatchObject({ status: 'hung' });
	});

	it('does not start on a database without the schema, and says what to do', async () => {
		const empty = new URL(world.database.workerUrl);
		empty.pathname = '/template1';
		await expect(world.startWorker({ databaseUrl: empty.toString() })).rejects.toMatchObject({
			code: 'SCHEMA_MISSING',
			description: 'Run `lma migrate` on this database.',
		});
	});

	it('is not ready, and does not start, on a schema that is older than the program', async () => {
		const worker = await world.startWorker();
		await world.sql`grant select on lma.migrations to lma_worker`;
		const [newest] = await world.sql<{ name: string }[]>`
			delete from lma.migrations
			where name = (select max(name) from lma.migrations)
			returning name`;
		const response = await fetch(`${worker.url}/ready`);
		const schema = `The LMA schema is out of date: migration ${newest!.name} has not run`;
		expect(response.status).toBe(503);
		expect(await response.json()).toMatchObject({
			ready: false,
			schema: `${schema}. Run \`lma migrate\` on this database.`,
		});
		await expect(world.startWorker()).rejects.toMatchObject({ code: 'SCHEMA_MISSING', message: schema });
		await world.sql`insert into lma.migrations (name, run_on) values (${newest!.name}, now())`;
	});

	it('does not start on a database without the queue tables when there is no Redis', async () => {
		await world.sql`alter schema bullmq rename to elsewhere`;
		await expect(world.startWorker()).rejects.toMatchObject({
			code: 'SCHEMA_MISSING',
			message: 'The queue tables are missing, and REDIS_URL is not set',
		});
		await world.sql`alter schema elsewhere rename to bullmq`;
	});
});
