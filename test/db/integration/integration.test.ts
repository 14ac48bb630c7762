import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Sql } from '../../../db/connection/client';
import { asOwner } from '../../../db/connection/owner';
import { recordContact } from '../../../db/integration/contact';
import { listActiveIntegrations, saveIntegration } from '../../../db/integration/integration';
import { decryptSecret, parseEncryptionKey } from '../../../db/integration/secret';
import type { ValidationError } from '../../../domain/error/errors';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

const key = parseEncryptionKey(randomBytes(32).toString('hex'));
const smtp = { integrationType: 'smtp', name: 'main' } as const;

let database: TestDatabase;
let owner: postgres.Sql;
let worker: postgres.Sql;
let organizationId: number;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = connect(database.ownerUrl);
	worker = connect(database.workerUrl);
	organizationId = (await seedOrganization(database.ownerUrl, 'acme')).id;
});
afterAll(async () => {
	await Promise.all([owner.end(), worker.end()]);
	await database.drop();
});

const save = (input: object) =>
	asOwner(owner, (tx: Sql) =>
		saveIntegration(tx, key, { ...smtp, organizationId, configuration: {}, ...input } as never),
	);

describe('saving an integration', () => {
	it('creates it, then updates it, and keeps the secret that is not given again', async () => {
		const created = await save({
			secret: 'smtp://user:pass@mail.test',
			configuration: { from: 'a@acme.test' },
		});
		expect(created.action).toBe('created');
		expect(await save({ configuration: { from: 'b@acme.test' } })).toEqual({
			id: created.id,
			action: 'updated',
		});
		const [found] = await listActiveIntegrations(worker, ['smtp'], [organizationId]);
		expect(found).toMatchObject({ id: created.id, configuration: { from: 'b@acme.test' } });
		expect(decryptSecret(key, found!, found!.secret!)).toBe('smtp://user:pass@mail.test');
	});

	it('stores nothing that reads like the secret', async () => {
		const [row] = await owner`select i.*::text as everything from integrations i`;
		expect(JSON.stringify(row)).not.toContain('pass');
	});

	it('makes one that failed active again', async () => {
		const { id } = await save({});
		await recordContact(worker, id, { status: 'expired', error: 'no' });
		expect(await listActiveIntegrations(worker, ['smtp'])).toEqual([]);
		await save({});
		expect(await listActiveIntegrations(worker, ['smtp'])).toHaveLength(1);
	});

	it.each([
		[{ integrationType: 'n8n', configuration: { baseUrl: 'not a url' } }, 'configuration.baseUrl'],
		[{ integrationType: 'n8n', configuration: {} }, 'configuration.baseUrl'],
		[
			{ integrationType: 'webhook', configuration: { url: 'ftp://x.test', communicationTypes: ['sms'] } },
			'configuration.url',
		],
		[
			{ integrationType: 'webhook', configuration: { url: 'https://x.test', communicationTypes: ['email'] } },
			'configuration.communicationTypes.0',
		],
	])('refuses %j, naming the field', async (input, field) => {
		await expect(save(input)).rejects.toMatchObject({ code: 'INVALID_VALUE', field });
	});

	it.each([
		['n8n', { baseUrl: 'https://n8n.test' }, 'an API key'],
		['webhook', { url: 'https://x.test', communicationTypes: ['sms'] }, 'a token'],
	] as const)(
		'refuses a secret of %s that no header takes, and repeats nothing of it',
		async (type, configuration, what) => {
			for (const secret of ['geheim\nrest', 'geheim rest', 'geheim…rest', 'geheim\u0000', 'geheimé', '']) {
				const saving = save({ integrationType: type, configuration, secret });
				const error = await saving.catch((thrown: unknown) => thrown as ValidationError);
				expect(error).toMatchObject({ code: 'INVALID_VALUE', field: 'secret' });
				expect(error).toMatchObject({ message: expect.stringContaining(what) as string });
				expect(`${JSON.stringify(error)} ${(error as Error).stack}`).not.toMatch(/geheim|rest/);
			}
			await expect(
				save({ integrationType: type, configuration, secret: 'a.B-9_~+/=' }),
			).resolves.toBeDefined();
		},
	);

	it.each(['not-a-url', 'http://mail.test', 'smtp://'])(
		'refuses %s as the URL of a mail server',
		async (secret) => {
			const error: unknown = await save({ secret }).catch((reason: unknown) => reason);
			expect(error).toMatchObject({ field: 'secret', message: 'The secret is not an SMTP URL' });
		},
	);

	it('refuses a secret without a key to encrypt it', async () => {
		const input = { ...smtp, organizationId, configuration: {}, secret: 'smtp://mail.test' };
		await expect(saveIntegration(owner, undefined, input)).rejects.toMatchObject({
			code: 'ENCRYPTION_KEY_MISSING',
		});
	});
});

describe('the secret of an integration', () => {
	it('cannot be read by the role of the nodes', async () => {
		const app = connect(database.appUrl);
		await expect(app`select secret_ciphertext from integrations`).rejects.toMatchObject({ code: '42501' });
		await app.end();
	});

	it('cannot be changed by the worker', async () => {
		await expect(worker`update integrations set secret_ciphertext = null`).rejects.toMatchObject({
			code: '42501',
		});
	});
});
