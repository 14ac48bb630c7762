import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';

import { createN8nClient } from '../../n8n/client';
import { listUnarchivedWorkflows } from '../../n8n/listUnarchivedWorkflows';
import { N8nSession } from '../../n8n/session';

let server: Server | undefined;

/** An n8n that answers by method and path; anything else is 404. Returns its address and what it was asked. */
async function fakeN8n(answers: Record<string, { status?: number; body: unknown }>) {
	const asked: string[] = [];
	server = createServer((request, response) => {
		const key = `${request.method} ${request.url}`;
		asked.push(key);
		const { status = 200, body } = answers[key] ?? { status: 404, body: { message: 'not found' } };
		response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, asked };
}

afterEach(() => {
	server?.close();
	server = undefined;
});

/** One that asks once. */
const client = (baseUrl: string, apiKey = 'key') => createN8nClient({ baseUrl, apiKey, attempts: 1 });

const row = { name: 'Lead intake', active: true, isArchived: false, nodes: [] };

test('every page of a list is read and archived workflows are left out', async () => {
	const { url } = await fakeN8n({
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
	const { url, asked } = await fakeN8n({
		'GET /api/v1/credentials?limit=250': { body: { data: [{ ...lma, id: '6', type: 'other' }, lma] } },
		'PATCH /api/v1/credentials/7': { body: lma },
	});
	const saved = await client(url).credentials.save({ name: 'LMA', type: 'lmaApi', data: {} });
	expect(saved).toEqual(lma);
	expect(asked).toEqual(['GET /api/v1/credentials?limit=250', 'PATCH /api/v1/credentials/7']);
});

test('a refusal carries the status, the call and the words of n8n, and never the key', async () => {
	const { url } = await fakeN8n({
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
	const { url } = await fakeN8n({ 'GET /api/v1/workflows/5': { body: '<html>Please log in</html>' } });
	await expect(client(url).workflows.get('5')).rejects.toThrow(/something unexpected.*the answer/);
});

test('an n8n that does not answer is named', async () => {
	const { url } = await fakeN8n({});
	server?.close();
	await expect(client(url).workflows.get('5')).rejects.toThrow(`no answer from ${url} (ECONNREFUSED)`);
});

test('a changed password of the owner is said in words', async () => {
	const { url } = await fakeN8n({
		'GET /rest/settings': { body: { data: { userManagement: { showSetupOnFirstLoad: false } } } },
		'POST /rest/login': { status: 401, body: { message: 'Wrong username or password.' } },
	});
	const owner = { email: 'owner@acme.test', firstName: 'O', lastName: 'W', password: 'Secret-123' };
	await expect(N8nSession.signIn(url, owner)).rejects.toThrow(/another e-mail address or password/);
});
