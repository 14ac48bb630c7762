import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { SMTPServer } from 'smtp-server';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { recordContact } from '../../../db/integration/contact';
import { listBrokenIntegrations } from '../../../db/integration/integration';
import { recordWorkerKey } from '../../../db/integration/workerKey';
import { parseEncryptionKey } from '../../../db/integration/secret';
import { WEBHOOK_TYPES } from '../../../domain/integration/integration';
import { workerScopes } from '../../../n8n/scopes';
import { startScriptedN8n } from '../../n8n/scriptedN8n';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

const key = randomBytes(32).toString('base64');
let database: TestDatabase;
let owner: postgres.Sql;
let acmeId: number;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	acmeId = (await seedOrganization(database.ownerUrl, 'acme')).id;
});
afterAll(async () => {
	await owner.end();
	await database.drop();
});
beforeEach(async () => {
	await owner`delete from workflows`;
	await owner`delete from integrations`;
	await owner`delete from lma.worker_keys`;
});

const org = (args: string[], secret: string | null = null, env: NodeJS.ProcessEnv = {}) =>
	runLma(['org', ...args], {
		env: { DATABASE_OWNER_URL: database.ownerUrl, LMA_ENCRYPTION_KEY: key, ...env },
		input: secret,
	});
const connectN8n = (url: string, ...more: string[]) =>
	org(['connect', 'n8n', 'acme', '--url', url, ...more], 'the-key');
const stored = () =>
	owner<{ name: string; status: string }[]>`select name, status from integrations order by name`;

const LIST = 'GET /api/v1/workflows?limit=250&excludePinnedData=true';
const DISCOVER = 'GET /api/v1/discover';

/** An n8n that takes the key, which may do what the worker needs. */
function goodN8n(scopes: readonly string[] = workerScopes) {
	return startScriptedN8n({
		[DISCOVER]: { body: { data: { scopes, resources: {} } } },
		[LIST]: { body: { data: [], nextCursor: null } },
	});
}

async function mailServer(options: ConstructorParameters<typeof SMTPServer>[0]): Promise<string> {
	const server = new SMTPServer({ disabledCommands: ['STARTTLS'], ...options });
	server.on('error', () => undefined);
	const listening = once(server.server, 'listening');
	server.listen(0, '127.0.0.1');
	await listening;
	onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
	const address = server.server.address();
	return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

describe('connect tries what it saves', () => {
	test('an n8n that takes the key is saved, and what was found is told', async () => {
		const { url } = await goodN8n();
		const { exitCode, out, err } = await connectN8n(url);
		expect({ exitCode, out }).toEqual({
			exitCode: 0,
			out: expect.stringMatching(/^Connection n8n "default" of acme created, id \d+\.$/) as string,
		});
		expect(err).toContain('The key has every scope that the worker needs.');
		expect(await stored()).toEqual([{ name: 'default', status: 'active' }]);
	});

	test.each([
		['a wrong address', {}, /404.*is the URL right/],
		['a wrong key', { [DISCOVER]: { status: 401, body: {} } }, /n8n refuses the API key \(401\)/],
		[
			'a key that may not publish',
			{ [DISCOVER]: { body: { data: { scopes: workerScopes.slice(0, 4) } } } },
			/lacks the scopes workflow:activate, workflow:deactivate/,
		],
		['something that is no n8n', { [DISCOVER]: { body: '<html>' } }, /something unexpected/],
	])('%s is refused in words, and nothing is saved', async (_what, answers, words) => {
		const { url } = await startScriptedN8n(answers);
		const { exitCode, err } = await connectN8n(url);
		expect(exitCode).toBe(1);
		expect(err).toMatch(words);
		expect(err).toContain('Nothing was changed; with --force');
		expect(err).not.toContain('the-key');
		expect(await stored()).toEqual([]);
	});

	test.each([
		['n8n.acme.test', '--url should be an http or https URL, such as https://n8n.example.com. Correct it.'],
		['ftp://n8n.acme.test', '--url should be an http or https URL'],
		['http://me:hidden@127.0.0.1:1', '--url should be without a user and a password. Correct it.'],
		['http://127.0.0.1:1/?a=b', '--url should end before ? and #. Correct it.'],
		['http://127.0.0.1:1/#/home', '--url should end before ? and #. Correct it.'],
	])('the address %s is refused before anybody is asked, with --force too', async (url, words) => {
		const { exitCode, err } = await connectN8n(url, '--force');
		expect(exitCode).toBe(1);
		expect(err).toContain(words);
		expect(err).not.toContain('hidden');
		const hook = await org([
			'connect',
			'webhook',
			'acme',
			'--force',
			'--url',
			'http://me:hidden@127.0.0.1:1/x',
		]);
		expect(hook.err).toContain('--url should be without a user and a password');
		expect(await stored()).toEqual([]);
	});

	test('an address that was copied from the browser is told apart, and spaces around one do no harm', async () => {
		const { url } = await goodN8n();
		expect((await connectN8n(`${url}/home/workflows`)).err).toMatch(
			/404.*is the URL right\?\. Leave out \/home\/workflows, unless n8n itself is served below it\./,
		);
		expect((await connectN8n(` ${url}/ `)).exitCode).toBe(0);
	});

	test('an n8n behind a redirect, one without TLS, and one that is not there: each has a remedy', async () => {
		const { url } = await startScriptedN8n({
			[DISCOVER]: { status: 301, body: '', headers: { location: 'https://n8n.acme.test/x?token=hidden' } },
		});
		const redirected = await connectN8n(url);
		expect(redirected.err).toContain(
			'It wants another address, at https://n8n.acme.test: connect it with that one.',
		);
		expect(redirected.err).not.toContain('hidden');
		const plain = await connectN8n(url.replace('http:', 'https:'));
		expect(plain.err).toContain('It does not speak TLS there: use http://, or another port.');
		expect((await connectN8n('http://127.0.0.1:1')).err).toMatch(/ECONNREFUSED|bad port/);
		expect((await connectN8n('http://nowhere.invalid')).err).toContain(
			'Check the host name. Nothing was changed',
		);
	});

	test('a tag with a comma is refused', async () => {
		expect((await connectN8n('http://127.0.0.1:1', '--tag', 'a,b', '--force')).err).toContain('has a comma');
	});

	test('with --force it is saved all the same, and the problem told', async () => {
		const { exitCode, err } = await connectN8n('http://127.0.0.1:1', '--force');
		expect(exitCode).toBe(0);
		expect(err).toMatch(/problem .*n8n cannot be reached/);
		expect(await stored()).toHaveLength(1);
	});

	test('an older n8n that does not tell what a key may do is taken when it lists workflows', async () => {
		const { url } = await startScriptedN8n({ [LIST]: { body: { data: [], nextCursor: null } } });
		expect((await connectN8n(url)).exitCode).toBe(0);
	});

	test('a key that soon expires is warned of', async () => {
		const { url } = await goodN8n();
		const soon = Math.floor(Date.now() / 1000) + 86_400;
		const apiKey = `e30.${Buffer.from(JSON.stringify({ exp: soon })).toString('base64url')}.x`;
		const { exitCode, err } = await org(['connect', 'n8n', 'acme', '--url', url], apiKey);
		expect(exitCode).toBe(0);
		expect(err).toMatch(/warning .*API key expires on \d{4}-\d\d-\d\d/);
	});

	test('the same n8n under another name is refused, however its address is written, even with --force', async () => {
		const { url } = await goodN8n();
		await connectN8n(url);
		const again = url.replace('127.0.0.1', 'LOCALHOST') + '/';
		const { exitCode, err } = await connectN8n(again, '--name', 'second', '--force');
		expect({ exitCode, err }).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('This n8n is connected already, as "default"') as string,
		});
		expect((await connectN8n(again)).exitCode).toBe(0);
		expect(await stored()).toHaveLength(1);
	});

	test('an encryption key that the worker does not have is refused', async () => {
		const { url } = await goodN8n();
		await owner.begin((tx) => recordWorkerKey(tx as never, parseEncryptionKey('ab'.repeat(32)).id));
		const { exitCode, err } = await connectN8n(url);
		expect(exitCode).toBe(1);
		expect(err).toMatch(/LMA_ENCRYPTION_KEY is key [0-9a-f]{8}, but the worker runs with key [0-9a-f]{8}/);
		const same = await org(['connect', 'n8n', 'acme', '--url', url], 'the-key', {
			LMA_ENCRYPTION_KEY: 'ab'.repeat(32),
		});
		expect(same.exitCode).toBe(0);
	});

	test('before any worker has run, another key than that of the secrets that are there is refused', async () => {
		const { url } = await goodN8n();
		await connectN8n(url);
		const other = await org(['connect', 'n8n', 'acme', '--url', url], 'the-key', {
			LMA_ENCRYPTION_KEY: 'cd'.repeat(32),
		});
		expect(other.exitCode).toBe(1);
		expect(other.err).toContain('the secrets that are there were saved with key');
	});

	test('a mail server has to take the password', async () => {
		const host = await mailServer({
			onAuth: ({ password }, _session, done) =>
				password === 'right' ? done(null, { user: 'me' }) : done(new Error('no')),
		});
		const wrong = await org(['connect', 'smtp', 'acme'], `smtp://me:wrong@${host}`);
		expect(wrong.exitCode).toBe(1);
		expect(wrong.err).toMatch(/refuses the user or the password \(535\)/);
		expect(wrong.err).not.toMatch(/wrong@/);
		const right = await org(['connect', 'smtp', 'acme'], `smtp://me:right@${host}`);
		expect(right).toMatchObject({
			exitCode: 0,
			err: expect.stringContaining('takes the user and the password') as string,
		});
		const nowhere = await org(['connect', 'smtp', 'acme'], 'smtp://127.0.0.1:1');
		expect(nowhere.err).toMatch(/127\.0\.0\.1:1 cannot be reached/);
	});

	test('a mail server is refused with a sender that has no address, and a URL that ends at a "#"', async () => {
		const host = await mailServer({});
		const sender = await org(['connect', 'smtp', 'acme', '--from', 'Demo'], `smtp://${host}`);
		expect(sender.exitCode).toBe(1);
		expect(sender.err).toContain('--from should be an address such as outreach@acme.example');
		const cut = await org(['connect', 'smtp', 'acme'], `smtp://me:p@ss#@${host}`);
		expect(cut.exitCode).toBe(1);
		expect(cut.err).toContain('has a "#", where a URL ends');
		expect(cut.err).not.toContain('p@ss');
	});

	test('is meant without a name where it is the only one of its kind', async () => {
		const { url } = await startScriptedN8n({ 'OPTIONS /webhook/x': { status: 204, body: '' } });
		const connect = (name: string) =>
			org(['connect', 'webhook', 'acme', '--url', `${url}/webhook/x`, '--name', name]);
		await connect('texts');
		const disabled = await org(['connection', 'disable', 'acme', 'webhook']);
		expect(disabled.out).toContain('no longer uses its webhook connection "texts"');
		await connect('calls');
		const unclear = await org(['connection', 'test', 'acme', 'webhook']);
		expect(unclear).toMatchObject({
			exitCode: 2,
			err: expect.stringContaining('several webhook connections: calls, texts. Say which one') as string,
		});
	});

	test('a webhook is asked by OPTIONS alone, and a 404 there is a warning', async () => {
		const { url, asked, stop } = await startScriptedN8n({ 'OPTIONS /webhook/x': { status: 204, body: '' } });
		expect((await org(['connect', 'webhook', 'acme', '--url', `${url}/webhook/x`])).exitCode).toBe(0);
		const missing = await org(['connect', 'webhook', 'acme', '--url', `${url}/webhook/y`]);
		expect(missing.err).toMatch(/warning .*404.*published/);
		expect(asked).toEqual(['OPTIONS /webhook/x', 'OPTIONS /webhook/y']);
		await stop();
		expect((await org(['connect', 'webhook', 'acme', '--url', `${url}/webhook/x`])).err).toMatch(
			/cannot be reached \(ECONNREFUSED\)/,
		);
	});
});

describe('connecting again', () => {
	const configuration = async () =>
		(await owner<{ configuration: object }[]>`select configuration from integrations`)[0]?.configuration;

	test('keeps what is not given, tries it so, and says what that is', async () => {
		const { url, asked, stop } = await startScriptedN8n({
			[DISCOVER]: { body: { data: { scopes: workerScopes, resources: {} } } },
			[`${LIST}&projectId=p1&tags=acme`]: { body: { data: [], nextCursor: null } },
		});
		const given = ['--tag', 'acme', '--project', 'p1', '--credential', 'LMA=abc'];
		expect((await connectN8n(url, ...given)).exitCode).toBe(0);
		const before = await configuration();
		const again = await connectN8n(url);
		expect(again.exitCode).toBe(0);
		expect(again.err).toContain('kept     --tag "acme"');
		expect(again.err).toContain('kept     --project "p1"');
		expect(again.err).toContain('kept     --credential "LMA=abc"');
		expect(await configuration()).toEqual(before);
		expect(again.err).toContain('Nothing is in the project p1 with the tag acme yet.');
		expect(asked.filter((call) => call.includes('tags=acme'))).toHaveLength(2);
		await stop();
	});

	test('takes away what is said to go, and nothing else', async () => {
		const { url } = await goodN8n();
		await connectN8n(url, '--force', '--tag', 'acme', '--project', 'p1', '--credential', 'LMA=abc');
		await connectN8n(url, '--force', '--no-tag');
		expect(await configuration()).toEqual({ baseUrl: url, projectId: 'p1', credentials: { LMA: 'abc' } });
		await connectN8n(url, '--no-project', '--no-credential');
		expect(await configuration()).toEqual({ baseUrl: url });
	});

	test('maps credentials beside those that are mapped, and takes away one with an empty id', async () => {
		const { url } = await goodN8n();
		await connectN8n(url, '--credential', 'LMA=abc', 'smtp:Mail=old');
		await connectN8n(url, '--credential', 'smtp:Mail=new', 'slackApi:Sales=def');
		const credentials = { LMA: 'abc', 'smtp:Mail': 'new', 'slackApi:Sales': 'def' };
		expect(await configuration()).toMatchObject({ credentials });
		await connectN8n(url, '--credential', 'slackApi:Sales=');
		expect(await configuration()).toEqual({ baseUrl: url, credentials: { LMA: 'abc', 'smtp:Mail': 'new' } });
	});

	test('an organization that shares its n8n does not lose what keeps it apart', async () => {
		const { url } = await goodN8n();
		const beta = await seedOrganization(database.ownerUrl, 'beta');
		await connectN8n(url, '--force', '--tag', 'acme');
		await org(['connect', 'n8n', 'beta', '--url', url, '--force', '--tag', 'beta'], 'the-key');
		const again = await connectN8n(url, '--force');
		expect(again.exitCode).toBe(0);
		expect(again.err).toMatch(/warning .*shared by beta, acme.*credentials that are mapped/);
		expect((await connectN8n(url, '--force', '--no-tag')).err).toContain('connects the same n8n');
		await owner`delete from integrations where organization_id = ${beta.id}`;
		expect(await configuration()).toEqual({ baseUrl: url, tag: 'acme' });
	});

	test('a mail server keeps its sender', async () => {
		const secret = 'smtp://127.0.0.1:1';
		await org(
			['connect', 'smtp', 'acme', '--force', '--from', 'a@acme.test', '--reply-to', 'b@acme.test'],
			secret,
		);
		await org(['connect', 'smtp', 'acme', '--force', '--from', 'c@acme.test'], secret);
		expect(await configuration()).toEqual({ from: 'c@acme.test', replyTo: 'b@acme.test' });
		await org(['connect', 'smtp', 'acme', '--force', '--no-from', '--no-reply-to'], secret);
		expect(await configuration()).toEqual({});
	});

	test('a webhook keeps its types, and a new one takes all but e-mail', async () => {
		const url = 'http://127.0.0.1:1/hook';
		const connect = (...more: string[]) =>
			org(['connect', 'webhook', 'acme', '--force', '--url', url, ...more]);
		await connect();
		expect(await configuration()).toEqual({ url, communicationTypes: [...WEBHOOK_TYPES] });
		await connect('--type', 'sms', '--deduplicates');
		await connect();
		expect(await configuration()).toEqual({ url, communicationTypes: ['sms'], deduplicates: true });
		await connect('--no-deduplicates');
		expect(await configuration()).toMatchObject({ deduplicates: false });
	});
});

describe('connections that are there', () => {
	test('list shows kind, name, status and address, and never a secret', async () => {
		const { url } = await goodN8n();
		await connectN8n(url);
		await org(['connect', 'smtp', 'acme', '--force'], 'smtp://me:hidden@127.0.0.1:1');
		await org(['connection', 'disable', 'acme', 'smtp']);
		const { out } = await org(['connection', 'list', 'acme', '--json']);
		expect(JSON.parse(out)).toMatchObject([
			{ kind: 'n8n', name: 'default', status: 'active', address: url, registeredWorkflows: 0 },
			{ kind: 'smtp', name: 'default', status: 'disabled', address: null, hasSecret: true },
		]);
		expect(out).not.toMatch(/hidden|the-key/);
		expect((await org(['connection', 'list', 'acme'])).out).toMatch(/^n8n +default +active +http/m);
	});

	test('test says whether one can be used, by exit code too, and changes nothing', async () => {
		const { url, stop } = await goodN8n();
		await connectN8n(url);
		expect(await org(['connection', 'test', 'acme', 'n8n'])).toMatchObject({
			exitCode: 0,
			out: 'The n8n connection "default" of acme can be used.',
		});
		await stop();
		const { exitCode, out } = await org(['connection', 'test', 'acme', 'n8n', '--json']);
		expect(exitCode).toBe(1);
		expect(JSON.parse(out)).toMatchObject({
			problem: expect.stringContaining('cannot be reached') as string,
		});
		expect(await stored()).toEqual([{ name: 'default', status: 'active' }]);
	});

	test('enable takes up again what n8n had refused, once it can be used', async () => {
		const { url } = await goodN8n();
		await connectN8n(url);
		const [{ id }] = await owner<[{ id: number }]>`select id from integrations`;
		await owner.begin((tx) => recordContact(tx as never, id, { status: 'expired', error: 'refused' }));
		expect(await owner.begin((tx) => listBrokenIntegrations(tx as never, 9))).toHaveLength(1);
		expect((await org(['connection', 'enable', 'acme', 'n8n'])).exitCode).toBe(0);
		expect(await owner.begin((tx) => listBrokenIntegrations(tx as never, 9))).toEqual([]);
		expect(await stored()).toEqual([{ name: 'default', status: 'active' }]);
	});

	test('remove takes a mistake away, and what was registered meanwhile goes to the n8n that is left', async () => {
		await connectN8n('http://127.0.0.1:1', '--name', 'tpyo', '--force');
		const [{ id }] = await owner<[{ id: number }]>`select id from integrations`;
		await owner`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, registered_name, configuration)
			values (${acmeId}, ${id}, 'pending:1', 'Intake', 'Intake', '{"template": {}, "desired": {"active": true}}'),
				(${acmeId}, ${id}, 'followed', 'Followed', null, '{}')`;
		expect((await org(['connection', 'remove', 'acme', 'n8n', 'tpyo'])).exitCode).toBe(0);
		expect(await stored()).toEqual([]);
		expect(await owner`select name, integration_id from workflows`).toEqual([
			{ name: 'Intake', integration_id: null },
		]);
	});

	test('remove keeps one with workflows that were made through it, unless told to forget them', async () => {
		await connectN8n('http://127.0.0.1:1', '--force');
		const [{ id }] = await owner<[{ id: number }]>`select id from integrations`;
		await owner`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, registered_name, configuration)
			values (${acmeId}, ${id}, 'made', 'Intake', 'Intake', '{"template": {}, "desired": {"active": true}}')`;
		const refused = await org(['connection', 'remove', 'acme', 'n8n']);
		expect(refused).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('1 workflow is registered through the n8n connection "default"') as string,
		});
		expect(await stored()).toHaveLength(1);
		expect(await owner`select name from workflows`).toHaveLength(1);
		expect((await org(['connection', 'remove', 'acme', 'n8n', '--forget-workflows'])).exitCode).toBe(0);
		expect(await owner`select name from workflows`).toEqual([]);
	});

	test('one that is not there is named, a kind that is none is wrong usage', async () => {
		expect(await org(['connection', 'disable', 'acme', 'smtp', 'x'])).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('Connection smtp "x" not found') as string,
		});
		expect((await org(['connection', 'disable', 'acme', 'fax'])).exitCode).toBe(2);
	});
});
