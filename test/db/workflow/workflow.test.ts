import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { takeSessionLock } from '../../../db/connection/sessionLock';
import { inOrganization } from '../../../db/connection/tenancy';
import { beginCreation, finishCreation, listUnresolvedCreations } from '../../../db/workflow/creation';
import type { WorkflowOwner } from '../../../db/workflow/remote';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

let database: TestDatabase;
let owner: postgres.Sql;
let app: postgres.Sql;
let worker: postgres.Sql;
let acme: WorkflowOwner;
let globex: WorkflowOwner;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = connect(database.ownerUrl, { max: 2 });
	app = connect(database.appUrl, { max: 2 });
	worker = connect(database.workerUrl, { max: 2 });
	acme = await addOrganization('acme');
	globex = await addOrganization('globex');
});
afterAll(async () => {
	await Promise.all([owner, app, worker].map((sql) => sql.end({ timeout: 1 })));
	await database.drop();
});
afterEach(async () => {
	await owner`delete from workflows`;
	await owner`update integrations set sync_requested = 0, sync_served = 0`;
});

async function addOrganization(slug: string): Promise<WorkflowOwner> {
	const { id: organizationId } = await seedOrganization(database.ownerUrl, slug);
	const [integration] = await owner<{ id: number }[]>`
		insert into integrations (organization_id, integration_type, name)
		values (${organizationId}, 'n8n', 'main')
		returning id`;
	return { organizationId, integrationId: integration!.id };
}

const requested = async ({ integrationId }: WorkflowOwner) =>
	(await owner<{ n: number }[]>`select sync_requested as n from integrations where id = ${integrationId}`)[0]
		?.n;

async function addWorkflow(of: WorkflowOwner, configuration: object, name = 'Intake'): Promise<number> {
	const [row] = await owner<{ id: number }[]>`
		insert into workflows (organization_id, integration_id, n8n_workflow_id, name, configuration)
		values (${of.organizationId}, ${of.integrationId}, 'pending:' || gen_random_uuid(), ${name}, ${owner.json({ ...configuration })})
		returning id`;
	return row!.id;
}

describe('asking for a scan', () => {
	it('reaches the n8n of the own organization only', async () => {
		const ids = [acme.integrationId, globex.integrationId];
		await inOrganization(app, 'acme', (tx) => tx`select lma.request_workflow_sync(${ids}::int[])`);
		expect([await requested(acme), await requested(globex)]).toEqual([1, 0]);
	});

	it('is nothing that an application can write by itself', async () => {
		const write = inOrganization(app, 'acme', (tx) => tx`update integrations set sync_requested = 7`);
		await expect(write).rejects.toThrow('permission denied');
		const wake = inOrganization(app, 'acme', (tx) => tx`select lma.want_workflow_sync(array[1])`);
		await expect(wake).rejects.toThrow('permission denied');
	});

	it.each([
		['nothing is wanted', {}, 0],
		['something else is meant by the same words', { desired: 'yes', template: 'intake' }, 0],
		['`desired` says nothing of being active', { desired: { active: 'true' } }, 0],
		['a workflow should be active', { desired: { active: true } }, 1],
		['a workflow should not be active', { desired: { active: false } }, 1],
	])('comes about by itself when %s: %j', async (_title, configuration, times) => {
		await addWorkflow(acme, configuration);
		expect([await requested(acme), await requested(globex)]).toEqual([times, 0]);
		await owner`update workflows set name = 'Renamed'`;
		expect(await requested(acme)).toBe(times);
		await owner`update workflows set configuration = configuration || '{"note": 1}'`;
		expect(await requested(acme)).toBe(2 * times);
	});

	it('is asked once for any number of workflows', async () => {
		await owner`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, configuration)
			select ${acme.organizationId}, ${acme.integrationId}, 'n' || n, 'n', '{"desired": {"active": true}}'
			from generate_series(1, 500) n`;
		expect(await requested(acme)).toBe(1);
	});
});

describe('making a workflow', () => {
	const id = '11111111-1111-4111-8111-111111111111';
	const template = { nodes: [{ name: 'Hook' }] };
	const configuration = { template, desired: { active: true } };

	it('is begun by one worker', async () => {
		const workflowId = await addWorkflow(acme, configuration);
		const lock = (await takeSessionLock(worker, 'test', 1))!;
		const begun = await Promise.all(
			[1, 2, 3].map(() => beginCreation(lock, acme, workflowId, crypto.randomUUID())),
		);
		await lock.release();
		expect(begun.filter(Boolean)).toMatchObject([{ name: 'Intake', template }]);
		expect(await listUnresolvedCreations(worker, acme, 60)).toMatchObject([{ workflowId, isOverdue: false }]);
	});

	it('is begun by nobody whose lock is lost', async () => {
		const workflowId = await addWorkflow(acme, configuration);
		const lock = (await takeSessionLock(worker, 'test', 1))!;
		expect(await takeSessionLock(worker, 'test', 1)).toBeNull();
		await owner`select pg_terminate_backend(${lock.pid}, 5000)`;
		const other = (await takeSessionLock(worker, 'test', 1))!;
		expect(await beginCreation(lock, acme, workflowId, id).catch(() => null)).toBeNull();
		expect(await beginCreation(lock, acme, workflowId, id).catch(() => null)).toBeNull();
		expect(await beginCreation(other, acme, workflowId, id)).toMatchObject({ registrationId: id });
		await Promise.all([lock.release(), other.release()]);
	});

	it('is ended once, and only for what was begun', async () => {
		const workflowId = await addWorkflow(acme, configuration);
		const finish = (registrationId: string, of = acme) =>
			finishCreation(worker, of, { workflowId, registrationId }, 'remote');
		expect(await finish(id)).toBe(false);
		const lock = (await takeSessionLock(worker, 'test', 1))!;
		await beginCreation(lock, acme, workflowId, id);
		await lock.release();
		expect(await finish('22222222-1111-4111-8111-111111111111')).toBe(false);
		expect(await finish(id, globex)).toBe(false);
		expect([await finish(id), await finish(id)]).toEqual([true, false]);
		expect(await owner`select n8n_workflow_id from workflows`).toEqual([{ n8nWorkflowId: 'remote' }]);
	});
});
