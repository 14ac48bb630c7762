import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { decryptSecret, parseEncryptionKey } from '../../db/integration/secret';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../setup/database';
import { runLma } from './runLma';

const encryptionKey = randomBytes(32).toString('base64');
let database: TestDatabase;
let owner: postgres.Sql;
let acmeId: number;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1 });
	acmeId = (await seedOrganization(database.ownerUrl, 'acme')).id;
	await seedOrganization(database.ownerUrl, 'other');
});

afterAll(async () => {
	await owner.end();
	await database.drop();
});

const lma = (args: string[], input: string | null = null, env: NodeJS.ProcessEnv = {}) =>
	runLma(args, {
		env: { DATABASE_OWNER_URL: database.ownerUrl, LMA_ENCRYPTION_KEY: encryptionKey, ...env },
		input,
	});

test('org create makes an organization that org list shows', async () => {
	const created = await lma(['org', 'create', 'zebra', '--name', 'Zébra & Co', '--json']);
	expect(created.exitCode).toBe(0);
	const listed = await lma(['org', 'list', '--json']);
	const slugs = (JSON.parse(listed.out) as { slug: string }[]).map(({ slug }) => slug);
	expect(slugs).toEqual(['acme', 'other', 'zebra']);
	expect((await lma(['org', 'list'])).out).toMatch(/zebra +Zébra & Co +yes$/m);
});

test('org create refuses a slug that is taken, or is none', async () => {
	expect(await lma(['org', 'create', 'acme'])).toMatchObject({
		exitCode: 1,
		err: 'lma: Organization acme already exists. Choose another slug.',
	});
	const wrong = await lma(['org', 'create', 'Not A Slug']);
	expect(wrong.exitCode).toBe(1);
	expect(wrong.err).toContain('slug is not a slug');
});

test('org user add adds a user once', async () => {
	const args = [
		'org',
		'user',
		'add',
		'acme',
		'--email',
		'ada@acme.example',
		'--first-name',
		'Ada',
		'--last-name',
		'L',
	];
	const { out } = await lma([...args, '--role', 'MANAGER', '--json']);
	const { id } = JSON.parse(out) as { id: number };
	const [user] = await owner`select organization_id, role from users where id = ${id}`;
	expect(user).toEqual({ organization_id: acmeId, role: 'MANAGER' });
	expect(await lma(args)).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('already exists') as string,
	});
});

test('org login create makes a login that sees its organization alone', async () => {
	const { out } = await lma(['org', 'login', 'create', 'acme', '--json']);
	const { user, password, organization } = JSON.parse(out) as Record<string, string>;
	const url = new URL(database.ownerUrl);
	url.username = user ?? '';
	url.password = password ?? '';
	const tenant = postgres(url.toString(), { max: 1 });
	try {
		expect(await tenant`select slug from organizations`).toEqual([{ slug: organization }]);
	} finally {
		await tenant.end();
		await owner`drop role ${owner(user ?? '')}`;
	}
});

test('org login create for nobody names the slug', async () => {
	expect(await lma(['org', 'login', 'create', 'nobody'])).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('Organization nobody not found') as string,
	});
});

describe('org connect', () => {
	async function readIntegration(integrationType: string) {
		const [row] = await owner<
			{ id: number; configuration: unknown; ciphertext: Buffer | null; keyId: string | null }[]
		>`
			select id, configuration, secret_ciphertext as ciphertext, secret_key_id as "keyId"
			from integrations
			where integration_type = ${integrationType}`;
		if (!row) throw new Error(`No integration ${integrationType}`);
		const { ciphertext, keyId } = row;
		const secret =
			ciphertext && keyId
				? decryptSecret(
						parseEncryptionKey(encryptionKey),
						{ organizationId: acmeId, integrationType },
						{ ciphertext, keyId },
					)
				: null;
		return { id: row.id, configuration: row.configuration, secret };
	}

	test('n8n takes its key from standard input and keeps it encrypted', async () => {
		const args = ['org', 'connect', 'n8n', 'acme', '--url', 'http://localhost:5678', '--force'];
		const { exitCode, out } = await lma(args, 'first-key\n');
		expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('created') as string });
		const saved = await readIntegration('n8n');
		expect(saved).toMatchObject({ configuration: { baseUrl: 'http://localhost:5678' }, secret: 'first-key' });

		const again = await lma([...args, '--tag', 'lma', '--json'], 'second-key');
		expect(JSON.parse(again.out)).toMatchObject({ id: saved.id, action: 'updated' });
		expect(await readIntegration('n8n')).toMatchObject({
			configuration: { tag: 'lma' },
			secret: 'second-key',
		});
	});

	test('n8n takes which credentials are the organization’s, and keeps them until others are given', async () => {
		const args = [
			'org',
			'connect',
			'n8n',
			'acme',
			'--url',
			'http://localhost:5678',
			'--tag',
			'lma',
			'--force',
		];
		const credentials = { LMA: 'abc', 'smtp:Mail = Out': 'def' };
		const given = ['--credential', 'LMA=abc', 'smtp:Mail = Out=def', '--project', 'p1'];
		expect((await lma([...args, ...given], 'key')).exitCode).toBe(0);
		expect(await readIntegration('n8n')).toMatchObject({ configuration: { credentials, projectId: 'p1' } });
		expect((await lma(args, 'key')).exitCode).toBe(0);
		expect(await readIntegration('n8n')).toMatchObject({ configuration: { credentials } });
		const wrong = await lma([...args, '--credential', 'LMA'], 'key');
		expect(wrong).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('--credential "LMA" is not a name and an id') as string,
		});
	});

	test('n8n that another organization connects, too, wants a tag or a project, and credentials of its own', async () => {
		const args = ['org', 'connect', 'n8n', 'other', '--url', 'http://LOCALHOST:5678/', '--force'];
		const seen = await lma(args, 'key');
		expect(seen.exitCode).toBe(1);
		expect(seen.err).toMatch(/Organization acme connects the same n8n.*--tag <name> or --project <id>/);
		const taken = await lma([...args, '--tag', 'other', '--credential', 'LMA=abc'], 'key');
		expect(taken.err).toContain('The credential abc of this n8n is mapped to organization acme');
		expect(await owner`select from integrations where organization_id <> ${acmeId}`).toHaveLength(0);
		expect((await lma([...args, '--tag', 'other', '--credential', 'LMA=xyz'], 'key')).exitCode).toBe(0);
		await owner`delete from integrations where organization_id <> ${acmeId}`;
	});

	test('smtp takes its URL from a file', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'lma-secret-'));
		const file = join(folder, 'smtp');
		writeFileSync(file, 'smtp://user:pass@mail.example:587\n');
		const args = [
			'org',
			'connect',
			'smtp',
			'acme',
			'--from',
			'Acme <hi@acme.example>',
			'--secret-file',
			file,
			'--force',
		];
		expect((await lma(args)).exitCode).toBe(0);
		expect(await readIntegration('smtp')).toMatchObject({ secret: 'smtp://user:pass@mail.example:587' });
		rmSync(folder, { recursive: true });
	});

	test('webhook takes its token from a variable, or needs none', async () => {
		const args = [
			'org',
			'connect',
			'webhook',
			'acme',
			'--url',
			'https://n8n.example/webhook/x',
			'--type',
			'sms',
			'call',
			'--force',
		];
		expect((await lma(args)).exitCode).toBe(0);
		expect(await readIntegration('webhook')).toMatchObject({
			configuration: { url: 'https://n8n.example/webhook/x', communicationTypes: ['sms', 'call'] },
			secret: null,
		});
		expect((await lma([...args, '--secret-env', 'TOKEN'], null, { TOKEN: 'bearer' })).exitCode).toBe(0);
		expect(await readIntegration('webhook')).toMatchObject({ secret: 'bearer' });
	});

	test('a secret that is missing is wrong usage, an unset variable is named', async () => {
		const args = ['org', 'connect', 'n8n', 'other', '--url', 'http://localhost:5678'];
		expect(await lma(args)).toMatchObject({
			exitCode: 2,
			err: expect.stringContaining('API key of n8n is missing') as string,
		});
		const unset = await lma([...args, '--secret-env', 'NOT_THERE']);
		expect(unset).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('NOT_THERE is not set') as string,
		});
	});

	test('without LMA_ENCRYPTION_KEY no secret is stored', async () => {
		const args = ['org', 'connect', 'n8n', 'other', '--url', 'http://localhost:5678'];
		const { exitCode, err } = await lma(args, 'key', { LMA_ENCRYPTION_KEY: '' });
		expect(exitCode).toBe(1);
		expect(err).toContain('LMA_ENCRYPTION_KEY is not set');
		expect(await owner`select 1 from integrations where organization_id <> ${acmeId}`).toHaveLength(0);
	});

	test('an address that is none is refused', async () => {
		const { exitCode, err } = await lma(['org', 'connect', 'n8n', 'acme', '--url', 'localhost'], 'key');
		expect(exitCode).toBe(1);
		expect(err).toContain('--url should be an http or https URL');
	});
});

test('a login without the right is told which one to use', async () => {
	const { exitCode, err } = await lma(['org', 'list'], null, { DATABASE_OWNER_URL: database.workerUrl });
	expect(exitCode).toBe(1);
	expect(err).toBe(
		'lma: Database: this login may not do that. Set DATABASE_OWNER_URL to the login that ran `lma migrate`.',
	);
});
