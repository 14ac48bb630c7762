import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { syncIntegration } from '../../../worker/sync/syncJob';
import { cutJson, FakeN8n, halfAnswer, silence, status } from '../support/fakeN8n';
import { World } from '../support/world';

let world: World;
let n8n: FakeN8n;
let integrationId: number;
const log: string[] = [];

beforeAll(async () => {
	world = await World.create();
});
afterAll(() => world.destroy());
beforeEach(async () => {
	await world.sql`delete from workflows`;
	await world.sql`delete from integrations`;
	n8n = await FakeN8n.start();
	integrationId = await connectN8n();
	log.length = 0;
});
afterEach(() => n8n.stop());

async function connectN8n(apiKey = n8n.apiKey, configuration = {}): Promise<number> {
	const saved = await world.integration({
		integrationType: 'n8n',
		name: 'main',
		configuration: { baseUrl: `${n8n.url}/`, ...configuration },
		secret: apiKey,
	});
	return saved.id;
}

function sync(requests = {}) {
	return syncIntegration(
		{
			sql: world.workerSql,
			log: createLog('trace', { write: (line) => void log.push(line) }),
			metrics: createMetrics('postgres'),
			encryptionKey: world.encryptionKey,
			stopping: new AbortController().signal,
			requests: { firstDelayMs: 1, requestTimeoutMs: 500, ...requests },
		},
		integrationId,
	);
}

const stored = (n8nWorkflowId: string) =>
	world.sql`
		select w.name, w.is_active, w.trigger_type, w.description, w.category, w.configuration, w.updated_at,
			s.missing_since, s.is_archived, s.content_hash, s.tags
		from workflows w
		join workflow_sync_states s on s.workflow_id = w.id
		where w.n8n_workflow_id = ${n8nWorkflowId}`.then((rows) => rows[0]!);
const count = () =>
	world.sql<{ n: number }[]>`select count(*)::int as n from workflows`.then((rows) => rows[0]!.n);
const integration = () =>
	world.sql`select status, last_error, last_sync_at from integrations where id = ${integrationId}`.then(
		(rows) => rows[0]!,
	);

describe('a scan', () => {
	it('brings every page of workflows in, with the active state and the trigger', async () => {
		n8n.add(510);
		const hook = { id: 'c', name: 'Hook', type: 'n8n-nodes-base.webhook', parameters: {} };
		n8n.add(1, { active: false, nodes: [hook], tags: [{ id: 't1', name: 'sales' }] });
		expect(await sync()).toEqual({ seen: 511, created: 511, updated: 0, missing: 0 });
		expect(await count()).toBe(511);
		expect(n8n.requests.map(({ path }) => path.replace(/.*\?/, ''))).toEqual([
			'limit=250&excludePinnedData=true',
			'limit=250&excludePinnedData=true&cursor=250',
			'limit=250&excludePinnedData=true&cursor=500',
		]);
		expect(await stored('wf000001')).toMatchObject({
			name: 'Workflow 1',
			isActive: true,
			triggerType: 'schedule',
		});
		expect(await stored('wf000511')).toMatchObject({
			isActive: false,
			triggerType: 'webhook',
			tags: [{ id: 't1', name: 'sales' }],
		});
		expect(await integration()).toMatchObject({
			status: 'active',
			lastError: null,
			lastSyncAt: expect.any(String) as string,
		});
	});

	it('rewrites nothing when nothing changed', async () => {
		n8n.add(300);
		await sync();
		const versions = () =>
			world.sql`select w.xmin::text, s.xmin::text as state from workflows w join workflow_sync_states s on s.workflow_id = w.id order by w.id`;
		const before = await versions();
		expect(await sync()).toEqual({ seen: 300, created: 0, updated: 0, missing: 0 });
		expect(await versions()).toEqual(before);
	});

	it('sees what n8n changes without moving updatedAt: publishing, tags', async () => {
		const [workflow] = n8n.add(1, { active: false, activeVersionId: null });
		await sync();
		Object.assign(workflow!, {
			active: true,
			activeVersionId: 'version-1',
			tags: [{ id: 't9', name: 'live' }],
		});
		expect(await sync()).toMatchObject({ updated: 1 });
		expect(await stored('wf000001')).toMatchObject({ isActive: true, tags: [{ id: 't9', name: 'live' }] });
	});

	it('takes a new name and new nodes, and leaves what belongs to the database alone', async () => {
		const [workflow] = n8n.add(1);
		await sync();
		const hash = (await stored('wf000001'))['contentHash'] as string;
		await world.sql`
			update workflows
			set configuration = '{"template": "website-lead-intake"}', category = 'intake', description = 'Ours'`;
		workflow!.nodes[0]!.type = 'n8n-nodes-lma.lmaTrigger';
		Object.assign(workflow!, { name: 'Renamed', versionId: 'v2', updatedAt: '2026-01-02T00:00:00.000Z' });
		await sync();
		const row = await stored('wf000001');
		expect(row).toMatchObject({
			name: 'Renamed',
			triggerType: 'lma',
			category: 'intake',
			description: 'Ours',
			configuration: { template: 'website-lead-intake' },
		});
		expect(row['contentHash']).not.toBe(hash);
	});

	it('counts an archived workflow as not active', async () => {
		n8n.add(1, { isArchived: true, activeVersionId: null });
		await sync();
		expect(await stored('wf000001')).toMatchObject({ isActive: false, isArchived: true });
	});

	it('keeps two instances with the same workflow ids apart', async () => {
		n8n.add(1);
		await sync();
		const second = await world.integration({
			integrationType: 'n8n',
			name: 'second',
			configuration: { baseUrl: n8n.url },
			secret: n8n.apiKey,
		});
		integrationId = second.id;
		expect(await sync()).toMatchObject({ created: 1 });
		expect(await count()).toBe(2);
	});

	it('asks for one tag where the integration names it', async () => {
		n8n.add(3);
		n8n.add(1, { tags: [{ id: 't1', name: 'lma' }] });
		await connectN8n(n8n.apiKey, { tag: 'lma' });
		expect(await sync()).toMatchObject({ seen: 1 });
	});
});

describe('pages that shift during a scan', () => {
	it('show a workflow twice: it is stored once', async () => {
		n8n.add(400);
		n8n.beforePage = (offset) => {
			if (offset === 250) n8n.workflows.unshift({ ...n8n.workflows[0]!, id: 'wf000000', name: 'New' });
		};
		expect(await sync()).toMatchObject({ seen: 400, created: 400 });
		expect(await sync()).toMatchObject({ seen: 401, created: 1 });
	});

	it('show a workflow twice on one page: it is stored once', async () => {
		const [workflow] = n8n.add(1);
		n8n.workflows.push(workflow!);
		expect(await sync()).toMatchObject({ seen: 1, created: 1 });
	});

	it('hide a workflow: it is asked for by id, and stays', async () => {
		n8n.add(400);
		await sync();
		n8n.beforePage = (offset) => {
			if (offset === 250) n8n.workflows.splice(0, 1);
		};
		expect(await sync()).toMatchObject({ seen: 400, missing: 0 });
		expect(await stored('wf000251')).toMatchObject({ isActive: true, missingSince: null });
		expect(n8n.requests.map(({ path }) => path)).toContain('/api/v1/workflows/wf000251');

		n8n.beforePage = () => undefined;
		expect(await sync()).toMatchObject({ seen: 399, missing: 1 });
		expect(await stored('wf000001')).toMatchObject({
			isActive: false,
			missingSince: expect.any(String) as string,
		});
	});

	it('a workflow that was missing and comes back is active again', async () => {
		const [workflow] = n8n.add(1);
		await sync();
		n8n.workflows = [];
		expect(await sync()).toMatchObject({ missing: 1 });
		expect(await sync()).toMatchObject({ missing: 0 });
		n8n.workflows = [workflow!];
		await sync();
		expect(await stored('wf000001')).toMatchObject({ isActive: true, missingSince: null });
	});
});

describe('an n8n that misbehaves', () => {
	it.each([
		['429', status(429, '0')],
		['500', status(500)],
		['502', status(502)],
		['a half answer', halfAnswer],
		['cut JSON', cutJson],
		['silence', silence],
	])('is asked again after %s', async (_title, mischief) => {
		n8n.add(2);
		n8n.mischief = [mischief, mischief];
		expect(await sync({ requestTimeoutMs: 200 })).toMatchObject({ created: 2 });
	});

	it('is not asked sooner than it wants', async () => {
		n8n.add(1);
		n8n.mischief = [status(429, '1')];
		const before = performance.now();
		await sync();
		expect(performance.now() - before).toBeGreaterThan(950);
	});

	it('for long is left until the next scan, with the reason noted', async () => {
		n8n.add(1);
		n8n.mischief = Array.from({ length: 3 }, () => status(503));
		expect(await sync({ attempts: 3 })).toBeNull();
		expect(await integration()).toMatchObject({
			status: 'active',
			lastError: 'n8n answered 503 to the list of workflows',
		});
		await sync();
		expect(await integration()).toMatchObject({ status: 'active', lastError: null });
	});

	it('keeps what was stored when it fails on a later page, and marks nothing as missing', async () => {
		n8n.add(400);
		await sync();
		n8n.mischief = [() => false, ...Array.from({ length: 2 }, () => status(500))];
		expect(await sync({ attempts: 2 })).toBeNull();
		const [row] =
			await world.sql`select count(*)::int as n from workflow_sync_states where missing_since is not null`;
		expect(row).toEqual({ n: 0 });
	});

	it('with names that cannot be stored, or pages without end, is read all the same', async () => {
		n8n.add(1, { name: 'a\0b\ud800', tags: [{ id: 't', name: '\0' }] });
		n8n.add(1, { name: `${'x'.repeat(254)}\u{1f600}` });
		const page = JSON.stringify({ data: n8n.workflows, nextCursor: 'again' });
		n8n.mischief = Array.from({ length: 10 }, () => (_request: unknown, response: ServerResponse) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(page);
			return true;
		});
		expect(await sync()).toMatchObject({ seen: 2, created: 2 });
		expect(n8n.mischief.length).toBeGreaterThan(6);
		expect(await integration()).toMatchObject({ status: 'active', lastError: null });
	});

	it('that refuses the key makes the integration expired; a new key makes it active', async () => {
		n8n.add(1);
		await connectN8n('wrong-key');
		expect(await sync()).toBeNull();
		expect(await integration()).toMatchObject({
			status: 'expired',
			lastError: 'n8n refuses the API key (401): it is wrong, expired or disabled',
		});
		expect(n8n.requests).toHaveLength(1);
		expect(await sync()).toBeNull();
		expect(n8n.requests).toHaveLength(1);
		expect(log.join('')).not.toContain('wrong-key');
		await connectN8n();
		expect(await sync()).toMatchObject({ created: 1 });
	});

	it('that lacks a scope makes the integration an error', async () => {
		n8n.mischief = [status(403)];
		await sync();
		expect(await integration()).toMatchObject({
			status: 'error',
			lastError: expect.stringContaining('scope') as string,
		});
	});

	it('that is something else is named as such', async () => {
		n8n.mischief = [
			(_request, response) => {
				response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":5}]}');
				return true;
			},
		];
		await sync();
		expect(await integration()).toMatchObject({
			lastError: expect.stringContaining('unexpected "data.0.id"') as string,
		});
	});
});

describe('the integration', () => {
	it('is scanned by one worker at a time', async () => {
		n8n.add(5);
		let release: () => void = () => undefined;
		n8n.mischief = [
			(_request, response) => {
				release = () => response.writeHead(500).end();
				return true;
			},
		];
		const first = sync({ requestTimeoutMs: 5_000 });
		await expect.poll(() => n8n.requests.length).toBe(1);
		expect(await sync()).toBeNull();
		release();
		expect(await first).toMatchObject({ created: 5 });
	});

	it('without a readable key says so', async () => {
		await world.sql`update integrations set secret_key_id = '00000000'`;
		await sync();
		expect(await integration()).toMatchObject({
			lastError: expect.stringContaining('was encrypted with key 00000000') as string,
		});
	});
});

describe('a scan that fails in our database', () => {
	const failWith = (code: string) =>
		world.sql.unsafe(`
			create function fail_scan() returns trigger language plpgsql
			as $$ begin raise exception 'geheim' using errcode = '${code}'; end $$;
			create trigger fail_scan before insert on workflows execute function fail_scan()`);
	afterEach(() => world.sql`drop function fail_scan cascade`);

	it.each([
		['40P01', 'DATABASE_CONFLICT', 'Database: two writes conflicted with each other. Try again.'],
		['42601', 'DATABASE_42601', 'Database error 42601. Check the PostgreSQL log for the cause.'],
	])('says so with %s, in the integration and in the log', async (sqlState, code, words) => {
		n8n.add(1);
		await failWith(sqlState);
		expect(await sync()).toBeNull();
		expect(await integration()).toMatchObject({ status: 'active', lastError: words });
		const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
			kind: code,
			err: { code: sqlState },
		});
		expect(log.join('')).not.toContain('geheim');
	});
});
