import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { until } from '../../setup/until';
import { status } from '../../worker/support/fakeN8n';
import { intakeTemplate, SyncWorld } from '../../worker/support/syncWorld';
import { runLma } from '../runLma';

let world: SyncWorld;
let integrationId: number;
const folder = mkdtempSync(join(tmpdir(), 'lma-workflow-'));
const file = join(folder, 'intake.json');

beforeAll(async () => {
	world = await SyncWorld.create();
	writeFileSync(file, JSON.stringify({ name: 'Intake', ...intakeTemplate() }));
});
afterAll(async () => {
	rmSync(folder, { recursive: true });
	await world.destroy();
});
beforeEach(async () => {
	await world.begin();
	integrationId = await world.connect();
});
afterEach(() => world.end());

const lma = (...args: string[]) =>
	runLma(['workflow', ...args, '--org', 'acme'], {
		env: { DATABASE_OWNER_URL: world.world.database.ownerUrl },
	});

/** Runs the command, and the worker as soon as it is asked to look. */
async function withWorker(...args: string[]) {
	let isOver = false;
	const command = lma(...args).finally(() => (isOver = true));
	const { sql } = world.world;
	await until('the command is over', async () => {
		if (isOver) return true;
		const waiting = await sql`select from integrations where sync_requested > sync_served`;
		if (waiting.length > 0) await world.sync(integrationId);
		return isOver;
	});
	return command;
}

const json = (out: string) => JSON.parse(out) as Record<string, unknown>;

describe('workflow register', () => {
	test('stores the file under its name, and says that n8n does not have it yet', async () => {
		const { exitCode, out } = await lma('register', file);
		expect([exitCode, out]).toEqual([0, expect.stringMatching(/^Workflow \d+ "Intake" created\.$/)]);
		const again = await lma('register', file, '--json');
		expect(json(again.out)).toMatchObject({
			action: 'unchanged',
			state: 'pending',
			wanted: 'unpublished',
			observed: null,
		});
	});

	test('with --wait shows how it goes and ends with what n8n has', async () => {
		const { exitCode, out, err } = await withWorker(
			'register',
			file,
			'--name',
			'Form',
			'--activate',
			'--wait',
		);
		expect(err).toMatch(/^Workflow \d+ "Form" created\.\n/);
		expect(out).toMatch(/^Workflow \d+ "Form" is inStep, published in n8n\.$/);
		expect(exitCode).toBe(0);
	});

	test('with --wait ends with 1 and the reason when n8n refuses', async () => {
		world.n8n.trap = (request, response) => request.method === 'POST' && status(400)(request, response);
		const { exitCode, out, err } = await withWorker('register', file, '--wait', '--json');
		expect(exitCode).toBe(1);
		expect(json(out)).toMatchObject({
			state: 'failed',
			observed: null,
			problem: expect.any(String) as string,
		});
		expect(err).toContain('n8n does not have it as registered: it is failed.');
		// Never active: neither here nor in the list.
		expect((await lma('list')).out).not.toMatch(/\bactive|(?<!un)published/);
	});

	test('with --wait says when nobody looks, and keeps what was asked for', async () => {
		const { exitCode, err } = await lma('register', file, '--wait', '--timeout', '1');
		expect([exitCode, err]).toEqual([
			1,
			expect.stringContaining('within 1 seconds. What was asked for stays'),
		]);
		await world.world.sql`update integrations set status = 'expired', last_error = 'n8n refuses the key'`;
		const refused = await lma('register', file, '--wait');
		expect(refused).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('The n8n connection "main" is expired: n8n refuses the key.') as string,
		});
	});

	test('takes a workflow that people have made in n8n in hand, as it is', async () => {
		const { nodes, connections } = intakeTemplate();
		const own = nodes.map((node, n) => ({ ...node, id: `own-${n}` }));
		world.n8n.add(1, { name: 'Theirs', nodes: own, connections });
		await world.sync(integrationId);
		const { exitCode, out } = await withWorker('register', '--existing', 'Theirs', '--wait', '--json');
		expect([exitCode, json(out)]).toMatchObject([
			0,
			{ action: 'taken', state: 'inStep', wanted: 'published' },
		]);
		expect(world.writes).toEqual([]);
	});

	test.each([
		['a file that is not there', ['register', join(folder, 'none.json')], 1, 'There is no file'],
		['no file', ['register'], 2, 'Give a file, or --existing'],
		['a file and a workflow', ['register', file, '--existing', '1'], 2, 'Leave out the file'],
		['a name for what has one', ['register', '--existing', '1', '--name', 'x'], 2, 'Leave out --name'],
		['an unknown connection', ['register', file, '--n8n', 'other'], 1, 'no n8n connection "other"'],
		['a time that is none', ['register', file, '--wait', '--timeout', 'x'], 2, 'whole number of seconds'],
	])('refuses %s', async (_title, args, exitCode, message) => {
		expect(await lma(...args)).toMatchObject({
			exitCode,
			out: '',
			err: expect.stringContaining(message) as string,
		});
		expect(await world.world.sql`select from workflows`).toHaveLength(0);
	});
});

describe('workflow set-active', () => {
	test('publishes by name and unpublishes by id, and waits until n8n has done so', async () => {
		await withWorker('register', file, '--wait');
		const on = await withWorker('set-active', 'Intake', 'on', '--wait', '--json');
		expect(json(on.out)).toMatchObject({ action: 'updated', wanted: 'published', observed: 'published' });
		const off = await withWorker('set-active', String(json(on.out).id), 'off', '--wait');
		expect(off).toMatchObject({ exitCode: 0, out: expect.stringContaining('unpublished in n8n') as string });
		expect(world.n8n.workflows[0]?.active).toBe(false);
	});

	test('names what it does not find, and takes nothing but on and off', async () => {
		expect(await lma('set-active', 'None', 'maybe')).toMatchObject({ exitCode: 2 });
		expect(await lma('set-active', 'None', 'YES')).toMatchObject({ exitCode: 1 });
		expect(await lma('set-active', 'None', 'on')).toMatchObject({
			exitCode: 1,
			err: 'lma: Workflow "None" not found. "lma workflow list" shows the existing ones.',
		});
		expect(await lma('set-active', 'None', 'maybe')).toMatchObject({ exitCode: 2 });
	});
});

describe('workflow sync', () => {
	test('asks the worker, and with --wait says how each n8n stands then', async () => {
		world.n8n.add(3);
		expect(await lma('sync')).toMatchObject({ exitCode: 0, out: expect.stringContaining('main') as string });
		const { exitCode, out } = await withWorker('sync', '--wait', '--json');
		expect(exitCode).toBe(0);
		expect(JSON.parse(out)).toMatchObject([
			{ integrationName: 'main', workflows: 3, isSyncRequested: false },
		]);
	});

	test('ends with 1 when n8n could not be read', async () => {
		world.n8n.trap = status(500);
		const { exitCode, err } = await withWorker('sync', '--wait');
		expect([exitCode, err]).toEqual([1, expect.stringContaining('The n8n "main" could not be read')]);
	});
});

describe('workflow rename', () => {
	test('gives a workflow its name in n8n, too', async () => {
		await withWorker('register', file, '--wait');
		const { exitCode, out } = await withWorker('rename', 'Intake', 'Form', '--wait', '--json');
		expect([exitCode, json(out)]).toMatchObject([0, { action: 'updated', name: 'Form', state: 'inStep' }]);
		expect(world.n8n.workflows).toMatchObject([{ name: 'Form' }]);
		expect(await lma('rename', 'Form', 'x'.repeat(129))).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('name is longer than 128 characters') as string,
		});
	});
});

describe('workflow unregister', () => {
	test('leaves it in n8n, unless it says otherwise', async () => {
		await withWorker('register', file, '--wait');
		expect(await lma('unregister', 'Intake', '--wait')).toMatchObject({
			exitCode: 0,
			out: expect.stringMatching(/ "Intake" is registered no longer, and stays in n8n as it is\.$/) as string,
		});
		expect(world.n8n.workflows).toHaveLength(1);
	});

	test('archives or deletes it, waits, and says when n8n refuses', async () => {
		await withWorker('register', file, '--wait');
		world.n8n.trap = (request, response) => request.method === 'DELETE' && status(403)(request, response);
		const refused = await withWorker('unregister', 'Intake', '--delete', '--wait');
		expect(refused).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('n8n has not deleted it.') as string,
		});
		world.n8n.trap = () => false;
		expect(await withWorker('unregister', 'Intake', '--delete', '--wait')).toMatchObject({
			exitCode: 0,
			out: expect.stringContaining('is gone from n8n') as string,
		});
		expect(world.n8n.workflows).toEqual([]);
		expect(await lma('unregister', 'Intake', '--delete', '--keep')).toMatchObject({ exitCode: 2 });
	});
});
