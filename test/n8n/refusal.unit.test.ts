import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod/v4';

import { createN8nClient, type N8nClient } from '../../n8n/client';
import { request } from '../../n8n/request';
import { N8nSession } from '../../n8n/session';
import { startScriptedN8n } from './scriptedN8n';

const client = (baseUrl: string) => createN8nClient({ baseUrl, apiKey: 'key', attempts: 1 });
const lma = { id: '7', name: 'LMA', type: 'lmaApi' };
const credential = { name: 'LMA', type: 'lmaApi', data: {} };
const body = { name: 'Intake', nodes: [], connections: {}, settings: {} };
const listOf = (...data: object[]) => ({ 'GET /api/v1/credentials?limit=250': { body: { data } } });
const owner = { email: 'owner@acme.test', firstName: 'O', lastName: 'W', password: 'Secret-123' };
const signedIn = {
	'GET /rest/settings': { body: { data: { userManagement: { showSetupOnFirstLoad: false } } } },
	'POST /rest/login': { body: { data: { id: '1', email: owner.email } } },
};

/** What is asked, the call it ends in, what it is in words, and the scope that it needs; `given` comes before it. */
const calls: [
	call: string,
	what: string,
	scope: string,
	ask: (n8n: N8nClient) => Promise<unknown>,
	given?: Parameters<typeof startScriptedN8n>[0],
][] = [
	[
		'GET /api/v1/workflows?limit=250&excludePinnedData=true',
		'the list of workflows',
		'workflow:list or workflow:read',
		(n8n) => n8n.workflows.pages().next(),
	],
	[
		'GET /api/v1/workflows/5',
		'a workflow',
		'workflow:list or workflow:read',
		(n8n) => n8n.workflows.find('5'),
	],
	['POST /api/v1/workflows', 'making a workflow', 'workflow:create', (n8n) => n8n.workflows.create(body)],
	[
		'PUT /api/v1/workflows/5',
		'changing a workflow',
		'workflow:update',
		(n8n) => n8n.workflows.update('5', body),
	],
	[
		'POST /api/v1/workflows/5/publish',
		'publishing a workflow',
		'workflow:activate',
		(n8n) => n8n.workflows.setPublished('5', true),
	],
	[
		'POST /api/v1/workflows/5/unpublish',
		'unpublishing a workflow',
		'workflow:deactivate',
		(n8n) => n8n.workflows.setPublished('5', false),
	],
	[
		'GET /api/v1/credentials?limit=250',
		'the list of credentials',
		'credential:list',
		(n8n) => n8n.credentials.save(credential),
	],
	[
		'POST /api/v1/credentials',
		'making a credential',
		'credential:create',
		(n8n) => n8n.credentials.save(credential),
		listOf(),
	],
	[
		'PATCH /api/v1/credentials/7',
		'changing a credential',
		'credential:update',
		(n8n) => n8n.credentials.save(credential),
		listOf(lma),
	],
	[
		'POST /api/v1/credentials/7/test',
		'testing a credential',
		'credential:read',
		(n8n) => n8n.credentials.test('7'),
	],
	[
		'GET /api/v1/executions?limit=250&workflowId=5',
		'the list of executions',
		'execution:list',
		(n8n) => n8n.executions.list({ workflowId: '5' }),
	],
];

test.each(calls)('%s without its scope: the scope is named', async (call, what, scope, ask, given) => {
	const { url } = await startScriptedN8n({
		...given,
		[call]: { status: 403, body: { message: 'Forbidden' } },
	});
	await expect(ask(client(url))).rejects.toMatchObject({
		kind: 'forbidden',
		message: `n8n refuses ${what} (403): the API key lacks the scope ${scope}`,
		call: call.replace(/\?.*/, ''),
		scope,
	});
});

test.each(calls)('%s refused: n8n’s own words stand in errors of writes alone', async (...row) => {
	const [call, what, , ask, given] = row;
	const answer = { status: 400, body: { message: 'words  of\nn8n' } };
	const { url } = await startScriptedN8n({ ...given, [call]: answer });
	const reason = call.startsWith('GET ') ? '' : ': words of n8n';
	await expect(ask(client(url))).rejects.toMatchObject({
		message: `n8n answered 400 to ${what}${reason}`,
		call: call.replace(/\?.*/, ''),
		status: 400,
	});
});

test('a 401 to an API key says that the key is refused', async () => {
	const { url } = await startScriptedN8n({ 'GET /api/v1/workflows/5': { status: 401, body: {} } });
	await expect(client(url).workflows.get('5')).rejects.toMatchObject({
		kind: 'unauthorized',
		message: 'n8n refuses the API key (401): it is wrong, expired or disabled',
	});
});

test('a 401 to a session says that, and nothing of an API key', async () => {
	const { url } = await startScriptedN8n({
		...signedIn,
		'GET /rest/api-keys?label=LMA&take=100': { status: 401, body: {} },
	});
	const session = await N8nSession.signIn(url, owner);
	await expect(session.replaceApiKey('LMA', [])).rejects.toMatchObject({
		kind: 'unauthorized',
		message: 'n8n refuses the list of API keys (401): the session is not signed in, or not any more',
		call: 'GET /rest/api-keys',
	});
});

test('an error of a session says what was wanted, and names the call beside it', async () => {
	const { url } = await startScriptedN8n({ ...signedIn, 'POST /rest/login': { status: 500, body: {} } });
	await expect(N8nSession.signIn(url, owner)).rejects.toMatchObject({
		message: 'n8n answered 500 to signing in',
		call: 'POST /rest/login',
	});
});

test.each([
	['a list', '[]'],
	['a text', '"ok"'],
	['nothing', 'null'],
])('an answer that is %s is of an unexpected shape', async (_title, answer) => {
	const { url } = await startScriptedN8n({ 'GET /api/v1/workflows/5': { body: answer } });
	await expect(client(url).workflows.get('5')).rejects.toMatchObject({
		message: "n8n's answer to a workflow has an unexpected shape; is this n8n 2?",
		call: 'GET /api/v1/workflows/5',
	});
});

test('an answer with one wrong field names it', async () => {
	const { url } = await startScriptedN8n({ 'GET /api/v1/workflows/5': { body: { id: 5 } } });
	await expect(client(url).workflows.get('5')).rejects.toThrow('has an unexpected "id"');
});

test('no connection is an error of the call that was never sent', async () => {
	const { url, stop } = await startScriptedN8n({});
	await stop();
	await expect(client(url).workflows.create(body)).rejects.toMatchObject({
		kind: 'unreachable',
		call: 'POST /api/v1/workflows',
		wasNeverSent: true,
		mayHaveActed: false,
	});
});

test.each(['secret\nkey', 'secret key', 'secret…key', ''])(
	'a key that no header takes is refused at once, and not repeated: %j',
	async (apiKey) => {
		const { url, asked } = await startScriptedN8n({});
		const n8n = createN8nClient({ baseUrl: url, apiKey, attempts: 3, firstDelayMs: 1 });
		const error = await n8n.workflows.create(body).catch((thrown: unknown) => thrown as Error);
		expect(error).toMatchObject({ kind: 'unauthorized', wasNeverSent: true, mayHaveActed: false });
		expect(inspect(error, { showHidden: true, depth: 5 })).not.toMatch(/secret/);
		expect(asked).toEqual([]);
	},
);

test('a URL with a password is refused at once, and the password not repeated', async () => {
	const n8n = createN8nClient({ baseUrl: 'http://ada:secret@n8n.test', apiKey: 'key', firstDelayMs: 1 });
	const error = await n8n.workflows.get('5').catch((thrown: unknown) => thrown as Error);
	expect(error).toMatchObject({ kind: 'rejected', wasNeverSent: true });
	expect(inspect(error, { showHidden: true, depth: 5 })).not.toMatch(/secret/);
});

test('what is thrown after the answer is no connection that failed', async () => {
	const { url, asked } = await startScriptedN8n({ 'GET /api/v1/workflows/5': { body: {} } });
	const schema = z.unknown().transform(() => {
		throw new RangeError('a mistake of ours');
	});
	const asking = request(
		{ baseUrl: url, attempts: 3, firstDelayMs: 1 },
		{ path: '/api/v1/workflows/5', what: 'a workflow', schema },
	);
	await expect(asking).rejects.toBeInstanceOf(RangeError);
	expect(asked).toHaveLength(1);
});
