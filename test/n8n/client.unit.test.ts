import { expect, test } from 'vitest';

import { createN8nClient } from '../../n8n/client';
import { listUnarchivedWorkflows } from '../../n8n/listUnarchivedWorkflows';
import { N8nSession } from '../../n8n/session';
import { startScriptedN8n } from './scriptedN8n';

/** One that asks once. */
const client = (baseUrl: string, apiKey = 'key') => createN8nClient({ baseUrl, apiKey, attempts: 1 });

const row = { name: 'Lead intake', active: true, isArchived: false, nodes: [] };

test('every page of a list is read and archived workflows are left out', async () => {
	const { url } = await startScriptedN8n({
		'GET /api/v1/workflows?limit=250&excludePinnedData=true': {
			body: { data: [{ ...row, id: '1' }], nextCursor: 'next' },
		},
		'GET /api/v1/workflows?limit=250&excludePinnedData=true&cursor=next': {
			body: {
				data: [
					{ ...row, id: '2', isArchived: true },
					{ ...row, id: '3' },
				],
				nextCursor: null,
			},
		},
	});
	const workflows = await listUnarchivedWorkflows(client(url));
	expect(workflows.map(({ id }) => id)).toEqual(['1', '3']);
});

test('a credential that is there under the same name and type is updated, not made again', async () => {
	const lma = { id: '7', name: 'LMA', type: 'lmaApi' };
	const { url, asked } = await startScriptedN8n({
		'GET /api/v1/credentials?limit=250': { body: { data: [{ ...lma, id: '6', type: 'other' }, lma] } },
		'PATCH /api/v1/credentials/7': { body: lma },
	});
	const saved = await client(url).credentials.save({ name: 'LMA', type: 'lmaApi', data: {} });
	expect(saved).toEqual(lma);
	expect(asked).toEqual(['GET /api/v1/credentials?limit=250', 'PATCH /api/v1/credentials/7']);
});

test('a refusal carries the status, the call and the words of n8n, and never the key', async () => {
	const { url } = await startScriptedN8n({
		'POST /api/v1/workflows/5/publish': { status: 409, body: { message: 'webhook path in use' } },
	});
	const refusal = client(url, 'secret-key').workflows.setPublished('5', true);
	await expect(refusal).rejects.toMatchObject({
		status: 409,
		call: 'POST /api/v1/workflows/5/publish',
		message: 'n8n answered 409 to publishing a workflow: webhook path in use',
	});
	await expect(refusal).rejects.not.toThrow(/secret-key/);
});

test('a proxy page instead of JSON is an error that names the field', async () => {
	const { url } = await startScriptedN8n({
		'GET /api/v1/workflows/5': { body: '<html>Please log in</html>' },
	});
	await expect(client(url).workflows.get('5')).rejects.toThrow(/something unexpected.*the answer/);
});

test('an n8n that does not answer is named', async () => {
	const { url, stop } = await startScriptedN8n({});
	await stop();
	await expect(client(url).workflows.get('5')).rejects.toThrow(`no answer from ${url} (ECONNREFUSED)`);
});

test('a changed password of the owner is said in words', async () => {
	const { url } = await startScriptedN8n({
		'GET /rest/settings': { body: { data: { userManagement: { showSetupOnFirstLoad: false } } } },
		'POST /rest/login': { status: 401, body: { message: 'Wrong username or password.' } },
	});
	const owner = { email: 'owner@acme.test', firstName: 'O', lastName: 'W', password: 'Secret-123' };
	await expect(N8nSession.signIn(url, owner)).rejects.toThrow(/another e-mail address or password/);
});

test('publishing falls back to the name that an older n8n knows, and says when there is no such workflow', async () => {
	const { url, asked } = await startScriptedN8n({ 'POST /api/v1/workflows/5/deactivate': { body: {} } });
	const { workflows } = client(url);
	expect(await workflows.setPublished('5', false)).toBe(true);
	expect(await workflows.setPublished('5', true)).toBe(false);
	expect(asked.map((key) => key.replace('POST /api/v1/workflows/', ''))).toEqual([
		'5/unpublish',
		'5/deactivate',
		'5/publish',
		'5/activate',
	]);
});

test('a workflow that is not there is nothing to find, and an error to get', async () => {
	const { url } = await startScriptedN8n({});
	expect(await client(url).workflows.find('5')).toBeNull();
	await expect(client(url).workflows.get('5')).rejects.toMatchObject({
		message: 'n8n answered 404 to a workflow: there is no such thing in this n8n',
		call: 'GET /api/v1/workflows/5',
		status: 404,
	});
});

test('runs are listed page by page, of the workflow that is asked for', async () => {
	const run = { workflowId: '5', status: 'success', finished: true, mode: 'webhook', startedAt: null };
	const list = 'GET /api/v1/executions?limit=250&workflowId=5&status=success';
	const { url } = await startScriptedN8n({
		[list]: { body: { data: [{ ...run, id: 9, stoppedAt: null }], nextCursor: 'next' } },
		[`${list}&cursor=next`]: { body: { data: [{ ...run, id: 8, stoppedAt: null }] } },
	});
	const runs = await client(url).executions.list({ workflowId: '5', status: 'success' });
	expect(runs.map(({ id }) => id)).toEqual(['9', '8']);
});

test('a credential that n8n may have made is not asked for again', async () => {
	const { url, asked } = await startScriptedN8n({
		'GET /api/v1/credentials?limit=250': { body: { data: [] } },
		'POST /api/v1/credentials': { status: 500, body: {} },
	});
	const { credentials } = createN8nClient({ baseUrl: url, apiKey: 'key', attempts: 3, firstDelayMs: 1 });
	const saving = credentials.save({ name: 'LMA', type: 'lmaApi', data: {} });
	await expect(saving).rejects.toMatchObject({ mayHaveActed: true });
	expect(asked).toHaveLength(2);
});
