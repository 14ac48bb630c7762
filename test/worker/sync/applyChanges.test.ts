import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { findWorkflows } from '../../../db/workflow/list';
import { registerWorkflows } from '../../../db/workflow/register';
import { setWorkflowsActive } from '../../../db/workflow/setActive';
import { registrationSchema } from '../../../domain/workflow/registration';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { type SyncDependencies, syncIntegration } from '../../../worker/sync/syncJob';
import { FakeN8n, type Mischief, status } from '../support/fakeN8n';
import { World } from '../support/world';

let world: World;
let n8n: FakeN8n;
let appSql: ReturnType<typeof connect>;
let integrationId: number;
const log: string[] = [];

beforeAll(async () => {
	world = await World.create();
	appSql = connect(world.database.appUrl, { max: 2 });
});
afterAll(async () => {
	await appSql.end({ timeout: 1 });
	await world.destroy();
});
beforeEach(async () => {
	n8n = await FakeN8n.start();
	integrationId = await connectN8n();
	log.length = 0;
});
afterEach(async () => {
	await n8n.stop();
	await world.sql`delete from workflows`;
	await world.sql`delete from integrations`;
});

async function connectN8n(configuration = {}): Promise<number> {
	const saved = await world.integration({
		integrationType: 'n8n',
		name: 'main',
		configuration: { baseUrl: n8n.url, ...configuration },
		secret: n8n.apiKey,
	});
	return saved.id;
}

function sync(changes: Partial<SyncDependencies> = {}) {
	return syncIntegration(
		{
			sql: world.workerSql,
			log: createLog('trace', { write: (line) => void log.push(line) }),
			metrics: createMetrics('postgres'),
			encryptionKey: world.encryptionKey,
			stopping: new AbortController().signal,
			requests: { firstDelayMs: 1, requestTimeoutMs: 500, attempts: 2 },
			creationGraceSeconds: 0,
			...changes,
		},
		integrationId,
	);
}

const template = (path = 'intake') => ({
	nodes: [
		{
			id: '1',
			name: 'Hook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			parameters: { path },
			webhookId: 'of-the-template',
			credentials: { httpHeaderAuth: { id: '7', name: 'Website' } },
		},
		{ id: '2', name: 'LMA', type: 'n8n-nodes-lma.lma', position: [200, 0], parameters: {} },
	],
	connections: { Hook: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1', timezone: 'DEFAULT', errorWorkflow: 'elsewhere' },
	tags: ['x'],
});

/** Registers as the node does, and gives the id. */
async function register(changes: Record<string, unknown> = {}): Promise<number> {
	const registration = registrationSchema.parse({ name: 'Intake', template: template(), ...changes });
	const [result] = await inOrganization(appSql, 'acme', (tx) => registerWorkflows(tx, [registration]));
	return result!.row!.id;
}

async function setActive(workflowId: number, isActive: boolean): Promise<void> {
	const [result] = await inOrganization(appSql, 'acme', (tx) =>
		setWorkflowsActive(tx, [{ workflowId, isActive }]),
	);
	expect(result?.error).toBeUndefined();
}

const stored = (workflowId: number) =>
	world.sql`
		select w.n8n_workflow_id, w.name, w.is_active, w.desired_active, s.remote_version_id, s.create_started_at,
			s.last_error, s.apply_attempts, s.apply_after, s.last_applied_at
		from workflows w
		left join workflow_sync_states s on s.workflow_id = w.id
		where w.id = ${workflowId}`.then((rows) => rows[0]!);
const retryNow = () => world.sql`update workflow_sync_states set apply_after = null`;
const writes = () =>
	n8n.requests
		.filter(({ method }) => method !== 'GET')
		.map(({ method, path }) => `${method} ${path.replace('/api/v1/workflows', '')}`);

/** Ends every connection that a worker has. */
const cutWorkers = () =>
	world.sql`
		select pg_terminate_backend(pid, 5000)
		from pg_stat_activity
		where datname = current_database()
			and usename = ${new URL(world.database.workerUrl).username}`;

const on =
	(method: string, ending: string, mischief: Mischief): Mischief =>
	(request, response) =>
		request.method === method && request.path.endsWith(ending) ? mischief(request, response) : false;
const hangUp: Mischief = (_request, response) => {
	response.destroy();
	return true;
};

describe('a registered workflow', () => {
	it('is made in n8n as a draft, with ids of its own and nothing that n8n refuses', async () => {
		const id = await register();
		await sync();
		const [made] = n8n.workflows;
		expect(made).toMatchObject({
			name: 'Intake',
			active: false,
			connections: template().connections,
			settings: { executionOrder: 'v1' },
		});
		expect(made?.settings).toEqual({ executionOrder: 'v1' });
		const [hook] = made!.nodes;
		expect(hook).toMatchObject({
			parameters: { path: 'intake' },
			credentials: { httpHeaderAuth: { id: '7', name: 'Website' } },
			id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/) as string,
		});
		expect(hook?.['webhookId']).not.toBe('of-the-template');
		expect(await stored(id)).toMatchObject({
			n8nWorkflowId: made?.id,
			isActive: false,
			remoteVersionId: made?.versionId,
			createStartedAt: null,
			lastError: null,
			lastAppliedAt: expect.any(String) as string,
		});
		await sync();
		expect(writes()).toEqual(['POST ']);
		expect(await world.sql`select from workflows`).toHaveLength(1);
	});

	it('is published when that is wanted, and unpublished when it no longer is', async () => {
		const id = await register({ isActive: true });
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: true }]);
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
		await setActive(id, false);
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: false }]);
		expect(await stored(id)).toMatchObject({ isActive: false });
		expect(writes()).toEqual(['POST ', 'POST /made0001/publish', 'POST /made0001/unpublish']);
	});

	it('by an n8n that knows the older names of the calls only is published by those', async () => {
		n8n.trap = (request, response) => {
			if (request.path.endsWith('/publish')) return status(404)(request, response);
			if (!request.path.endsWith('/activate')) return false;
			Object.assign(n8n.workflows[0]!, { active: true });
			return status(200)(request, response);
		};
		const id = await register({ isActive: true });
		await sync();
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
	});

	it('gets its new template while nobody has edited it in n8n', async () => {
		const id = await register({ isActive: true });
		await sync();
		expect(await register({ template: template('contact') })).toBe(id);
		await sync();
		expect(n8n.workflows[0]?.nodes[0]?.parameters).toEqual({ path: 'contact' });
		expect(n8n.workflows[0]?.nodes[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
		await sync();
		expect(writes().filter((write) => write.startsWith('PUT'))).toHaveLength(1);
	});

	it('that somebody edited in n8n keeps the edits and says so, and may be published all the same', async () => {
		const id = await register();
		await sync();
		Object.assign(n8n.workflows[0]!, { versionId: 'edited', updatedAt: new Date().toISOString() });
		n8n.workflows[0]!.nodes[0]!.parameters = { path: 'by-hand' };
		await sync();
		expect(await stored(id)).toMatchObject({ lastError: null });
		await register({ template: template('contact'), isActive: true });
		await sync();
		expect(n8n.workflows[0]).toMatchObject({
			active: true,
			nodes: [{ parameters: { path: 'by-hand' } }, {}],
		});
		// Edits are no failure that is tried again and again: the row tells of them.
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
		const [found] = await inOrganization(appSql, 'acme', (tx) => findWorkflows(tx, [id]));
		expect(found?.row).toMatchObject({
			state: 'edited',
			problem: expect.stringContaining('It was edited in n8n') as string,
		});
	});

	it('that was deleted in n8n is made anew when it is registered again', async () => {
		const id = await register();
		await sync();
		n8n.workflows = [];
		await sync();
		expect(writes()).toHaveLength(1);
		expect(await register()).toBe(id);
		await sync();
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: n8n.workflows[0]?.id, lastError: null });
		expect(n8n.workflows).toHaveLength(1);
	});

	it('waits for an n8n to be connected, and goes to the only one', async () => {
		await world.sql`delete from integrations`;
		const id = await register();
		integrationId = await connectN8n();
		await sync();
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001' });
	});

	it('is kept in sight though it has not the tag of the connection', async () => {
		await connectN8n({ tag: 'lma' });
		const id = await register({ isActive: true });
		await sync();
		await sync();
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
		expect(n8n.workflows).toHaveLength(1);
	});
});

it('rows of other clients are never written to n8n', async () => {
	n8n.add(1, { active: false, activeVersionId: null });
	await world.sql`
		insert into workflows (organization_id, integration_id, n8n_workflow_id, name, configuration, is_active)
		values
			(${world.organizationId}, ${integrationId}, 'wf000001', 'Old', '{"template": {"nodes": []}, "active": true}', true),
			(${world.organizationId}, ${integrationId}, 'pending:x', 'Theirs', '[1]', true),
			(${world.organizationId}, null, 'theirs', 'Theirs', '{}', true)`;
	await sync();
	expect(writes()).toEqual([]);
	expect(await world.sql`select n8n_workflow_id, is_active from workflows order by id`).toEqual([
		{ n8nWorkflowId: 'wf000001', isActive: false },
		{ n8nWorkflowId: 'pending:x', isActive: true },
		{ n8nWorkflowId: 'theirs', isActive: true },
	]);
});

describe('n8n that says no', () => {
	it.each([
		['400 to making it', on('POST', '/workflows', status(400)), 'n8n answered 400 to making a workflow: no.'],
		[
			'409 to publishing it',
			on('POST', '/publish', status(409)),
			'n8n answered 409 to publishing a workflow: no.',
		],
		['403 to publishing it', on('POST', '/publish', status(403)), 'lacks the scope workflow:activate.'],
	])(
		'with %s: the reason and the next try are noted, and nothing else stops',
		async (_title, trap, reason) => {
			n8n.add(1);
			n8n.trap = trap;
			const id = await register({ isActive: true });
			expect(await sync()).toMatchObject({ seen: 1 });
			expect(await stored(id)).toMatchObject({
				isActive: false,
				createStartedAt: null,
				lastError: expect.stringContaining(reason) as string,
				applyAttempts: 1,
				applyAfter: expect.any(String) as string,
			});
			const before = writes().length;
			await sync();
			expect(writes()).toHaveLength(before);
			n8n.trap = () => false;
			await retryNow();
			await sync();
			expect(await stored(id)).toMatchObject({ isActive: true, lastError: null, applyAttempts: 0 });
			expect(n8n.workflows).toHaveLength(2);
		},
	);

	it('403 to making one is asked once for all of them, and n8n is read on', async () => {
		n8n.trap = on('POST', '/workflows', status(403));
		const ids = [await register(), await register({ name: 'Second' })];
		await sync();
		expect(writes()).toEqual(['POST ']);
		for (const id of ids)
			expect(await stored(id)).toMatchObject({
				lastError: expect.stringContaining('workflow:create') as string,
			});
		n8n.add(1);
		expect(await sync()).toMatchObject({ seen: 1 });
	});

	it('403 to publishing one keeps none of the others from being made', async () => {
		n8n.trap = on('POST', '/publish', status(403));
		const ids = [await register({ isActive: true }), await register({ name: 'Second' })];
		await sync();
		expect(await stored(ids[0]!)).toMatchObject({
			lastError: expect.stringContaining('workflow:activate') as string,
		});
		expect(await stored(ids[1]!)).toMatchObject({ n8nWorkflowId: n8n.workflows[1]?.id, lastError: null });
	});

	it('another workflow than the one that was asked for is not taken for it', async () => {
		const [other] = n8n.add(1);
		const id = await register({ isActive: true });
		n8n.trap = on('GET', '/made0001', (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(other));
			return true;
		});
		await sync();
		expect(await stored(id)).toMatchObject({
			lastError: expect.stringContaining('another workflow') as string,
		});
		expect(writes()).toEqual(['POST ']);
	});

	it('401 in the middle makes the connection expired', async () => {
		n8n.trap = on('POST', '/workflows', status(401));
		const id = await register();
		await sync();
		const [integration] = await world.sql`select status from integrations`;
		expect(integration).toEqual({ status: 'expired' });
		expect(await stored(id)).toMatchObject({ createStartedAt: null });
	});

	it('429 is waited for, and makes no second workflow', async () => {
		let refusals = 1;
		n8n.trap = on('POST', '/workflows', (request, response) =>
			refusals-- > 0 ? status(429, '0')(request, response) : false,
		);
		const id = await register();
		await sync();
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001' });
	});

	it('one bad template keeps none of the others from being made', async () => {
		n8n.trap = (request, response) =>
			request.method === 'POST' && request.body.includes('"Bad"') ? status(400)(request, response) : false;
		const ids = [await register({ name: 'Bad' }), await register({ name: 'Good' })];
		await sync();
		expect(await stored(ids[0]!)).toMatchObject({ applyAttempts: 1 });
		expect(await stored(ids[1]!)).toMatchObject({ lastError: null, n8nWorkflowId: 'made0001' });
	});
});

describe('n8n that says yes', () => {
	it('and keeps other nodes: not published, and the difference is named', async () => {
		n8n.distort = (workflow) => {
			delete workflow.nodes[0]!['credentials'];
		};
		const id = await register({ isActive: true });
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: false }]);
		expect(await stored(id)).toMatchObject({
			lastError: expect.stringContaining('node "Hook" has no credential of type httpHeaderAuth') as string,
		});
		n8n.distort = () => undefined;
		await retryNow();
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: true }]);
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null });
	});

	it('and does not publish: says so', async () => {
		n8n.distort = (workflow) => Object.assign(workflow, { active: false });
		const id = await register({ isActive: true });
		await sync();
		expect(await stored(id)).toMatchObject({
			isActive: false,
			lastError: 'n8n accepted the request to publish it but did not do so. Check the workflow in n8n.',
		});
	});

	it('what somebody sets right in n8n is in step again', async () => {
		n8n.trap = on('POST', '/publish', status(409));
		const id = await register({ isActive: true });
		await sync();
		Object.assign(n8n.workflows[0]!, { active: true, activeVersionId: n8n.workflows[0]!.versionId });
		await sync();
		expect(await stored(id)).toMatchObject({ isActive: true, lastError: null, applyAfter: null });
	});
});

describe('an outcome that nobody knows', () => {
	it.each([
		['the connection breaks', hangUp],
		['500', status(500)],
		['an answer of something else', status(200)],
	])('%s after n8n made it: it is found again, and not made twice', async (_title, mischief) => {
		n8n.afterWrite = on('POST', '/workflows', mischief);
		const id = await register({ isActive: true });
		await sync();
		expect(await stored(id)).toMatchObject({ createStartedAt: expect.any(String) as string });
		n8n.afterWrite = () => false;
		// Renamed meanwhile, and without the tag of the connection.
		n8n.workflows[0]!.name = 'Renamed';
		await connectN8n({ tag: 'lma' });
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: true }]);
		expect(await stored(id)).toMatchObject({
			n8nWorkflowId: n8n.workflows[0]?.id,
			isActive: true,
			createStartedAt: null,
			lastError: null,
		});
		expect(await world.sql`select from workflows`).toHaveLength(1);
	});

	it('the connection breaks before n8n made it: it is made again, but not before its time', async () => {
		n8n.trap = on('POST', '/workflows', hangUp);
		const id = await register();
		await sync();
		n8n.trap = () => false;
		await retryNow();
		await sync({ creationGraceSeconds: 60 });
		expect(n8n.workflows).toHaveLength(0);
		await sync();
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: n8n.workflows[0]?.id, lastError: null });
	});

	it('a page that shifts hides it: it is found by its name', async () => {
		n8n.afterWrite = on('POST', '/workflows', hangUp);
		const id = await register();
		await sync();
		n8n.afterWrite = () => false;
		n8n.trap = (request, response) => {
			if (!request.path.includes('?limit') || request.path.includes('name=')) return false;
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
			return true;
		};
		await sync();
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001' });
	});

	it('the database goes away between making and noting: it is found again', async () => {
		const isCut = Promise.withResolvers<undefined>();
		n8n.afterWrite = on('POST', '/workflows', (_request, response) => {
			// Whatever connection the worker has is cut before it can note the answer.
			cutWorkers().then(() => {
				response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(n8n.workflows[0]));
				isCut.resolve(undefined);
			}, isCut.reject);
			return true;
		});
		const id = await register();
		// A pool of its own: postgres 3.4.9 fails the first statement of a new connection with what ended the one before it.
		const pool = connect(world.database.workerUrl, { max: 2 });
		await Promise.all([sync({ sql: pool }).catch(() => null), isCut.promise]);
		await pool.end({ timeout: 1 });
		n8n.afterWrite = () => false;
		await retryNow();
		await sync();
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001', createStartedAt: null });
		expect(await world.sql`select from workflows`).toHaveLength(1);
	});
});

describe('what changes in the middle', () => {
	/** Does `work` when the first workflow has been made, and then answers, or hangs up. */
	const onceMade = (work: () => Promise<unknown>, isAnswered = true) => {
		let isFirst = true;
		n8n.afterWrite = on('POST', '/workflows', (_request, response) => {
			if (!isFirst) return false;
			isFirst = false;
			const answer = JSON.stringify(n8n.workflows[0]);
			void work().finally(() => {
				if (isAnswered) response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
				else response.destroy();
			});
			return true;
		});
	};

	it('the worker stops: it begins nothing more, and no workflow is to blame', async () => {
		const stopping = new AbortController();
		n8n.afterWrite = on('POST', '/workflows', () => {
			stopping.abort();
			return true;
		});
		const ids = [await register({ isActive: true }), await register({ name: 'Second' })];
		await sync({ stopping: stopping.signal });
		expect(writes()).toEqual(['POST ']);
		expect(await stored(ids[0]!)).toMatchObject({
			createStartedAt: expect.any(String) as string,
			lastError: null,
		});
		expect(await stored(ids[1]!)).toMatchObject({ createStartedAt: null, lastError: null });
		n8n.afterWrite = () => false;
		await sync();
		expect(n8n.workflows).toHaveLength(2);
		expect(await stored(ids[0]!)).toMatchObject({ isActive: true, lastError: null });
	});

	it('the lock is lost with hundreds to be made: the scan comes to an end', async () => {
		const many = Array.from({ length: 220 }, (_, n) =>
			registrationSchema.parse({ name: `Intake ${n}`, template: template() }),
		);
		await inOrganization(appSql, 'acme', (tx) => registerWorkflows(tx, many));
		onceMade(
			() => world.sql`
				select pg_terminate_backend(pid, 5000)
				from pg_locks
				where locktype = 'advisory'
					and database = (select oid from pg_database where datname = current_database())`,
		);
		await sync().catch(() => null);
		expect(n8n.workflows).toHaveLength(1);
		await retryNow();
		await sync();
		expect(n8n.workflows).toHaveLength(220);
	});

	it('the connection is switched off: what is left stays as it is', async () => {
		const ids = [await register({ isActive: true }), await register({ name: 'Second' })];
		onceMade(() => world.sql`update integrations set status = 'inactive'`);
		await sync();
		expect(writes()).toEqual(['POST ']);
		expect(await stored(ids[0]!)).toMatchObject({
			n8nWorkflowId: 'made0001',
			isActive: false,
			lastError: null,
		});
		expect(await stored(ids[1]!)).toMatchObject({ lastError: null });
	});

	it.each([
		['and n8n answers', true],
		['and the answer is lost', false],
	])('the connection is deleted %s: made anew, it finds the workflow again', async (_title, isAnswered) => {
		const id = await register({ isActive: true });
		onceMade(async () => {
			await world.sql`update workflows set integration_id = null`;
			await world.sql`delete from integrations`;
		}, isAnswered);
		await sync();
		expect(n8n.workflows).toHaveLength(1);
		integrationId = await connectN8n();
		await sync();
		await sync();
		expect(n8n.workflows).toMatchObject([{ active: true }]);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001', isActive: true, lastError: null });
		expect(await world.sql`select from workflows`).toHaveLength(1);
		expect(await world.sql`select last_error from integrations`).toEqual([{ lastError: null }]);
	});

	it('the template gets other nodes before an unknown outcome is cleared up: none is made twice', async () => {
		n8n.afterWrite = on('POST', '/workflows', hangUp);
		const id = await register();
		await sync();
		n8n.afterWrite = () => false;
		const { nodes } = template();
		await register({
			template: { nodes: [{ ...nodes[0], name: 'Another' }], connections: {}, settings: {} },
		});
		n8n.workflows[0]!.name = 'Renamed';
		await sync();
		expect(n8n.workflows).toMatchObject([{ nodes: [{ name: 'Another' }] }]);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001', lastError: null });
	});
});

describe('two workers at once', () => {
	it('make one workflow', async () => {
		const id = await register({ isActive: true });
		await Promise.all(Array.from({ length: 6 }, () => sync()));
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ isActive: true });
	});

	it('make one workflow, though one has lost the lock of the instance', async () => {
		const id = await register();
		const asked = Promise.withResolvers<() => void>();
		let isFirst = true;
		n8n.afterWrite = on('POST', '/workflows', (_request, response) => {
			if (!isFirst) return false;
			isFirst = false;
			const answer = JSON.stringify(n8n.workflows[0]);
			asked.resolve(() => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
			return true;
		});
		const first = sync({ requests: { requestTimeoutMs: 20_000 } });
		const answer = await asked.promise;
		const cut = await world.sql`
			select pg_terminate_backend(pid, 5000)
			from pg_locks
			where locktype = 'advisory'
				and database = (select oid from pg_database where datname = current_database())`;
		expect(cut).toHaveLength(1);
		await sync();
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001', lastError: null });
		answer();
		await first.catch(() => null);
		expect(n8n.workflows).toHaveLength(1);
		expect(await stored(id)).toMatchObject({ n8nWorkflowId: 'made0001', lastError: null });
		expect(await world.sql`select from workflows`).toHaveLength(1);
	});
});

it('nothing of a template, and no words of n8n, get into the log', async () => {
	n8n.trap = on('POST', '/workflows', (_request, response) => {
		response.writeHead(400, { 'content-type': 'application/json' }).end('{"message":"secret-word in Hook"}');
		return true;
	});
	const id = await register();
	await sync();
	expect(await stored(id)).toMatchObject({ lastError: expect.stringContaining('secret-word') as string });
	expect(log.join('')).not.toMatch(/secret-word|Hook|intake/);
});

test('a write of ours that the database refuses is told of as that, with its code in the log', async () => {
	await world.sql.unsafe(`
		create function fail_note() returns trigger language plpgsql
		as $$ begin raise exception 'geheim' using errcode = '40P01'; end $$;
		create trigger fail_note before update on workflows for each row
		when (new.n8n_workflow_id like 'made%') execute function fail_note()`);
	const id = await register();
	await sync();
	await world.sql`drop function fail_note cascade`;
	expect(await stored(id)).toMatchObject({
		applyAttempts: 1,
		lastError: 'Database: two writes conflicted with each other. Try again.',
	});
	const line = log.map((text) => JSON.parse(text) as Record<string, unknown>).find(({ err }) => err);
	expect(line).toMatchObject({ workflowId: id, err: { code: '40P01' } });
	expect(log.join('')).not.toContain('geheim');
});
