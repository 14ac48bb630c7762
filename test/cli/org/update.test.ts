import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;
let acme: number;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	acme = (await seedOrganization(database.ownerUrl, 'acme')).id;
	await seedOrganization(database.ownerUrl, 'globex');
});
afterAll(async () => {
	await owner.end();
	await database.drop();
});

const org = (...args: string[]) =>
	runLma(['org', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });
const row = async () =>
	(
		await owner`select slug, name, website, subscription_tier, billing_email from organizations where id = ${acme}`
	)[0];

describe('org update', () => {
	it('renames an organization and leaves what is not named', async () => {
		const { out, err } = await org(
			'update',
			'acme',
			'--name',
			'Acme & Söhne',
			'--website',
			'https://acme.example',
		);
		expect({ out, err }).toEqual({ out: 'Organization acme updated: name, website.', err: '' });
		await org('update', 'acme', '--tier', 'pro', '--billing-email', 'bills@acme.example');
		expect(await row()).toEqual({
			slug: 'acme',
			name: 'Acme & Söhne',
			website: 'https://acme.example',
			subscription_tier: 'pro',
			billing_email: 'bills@acme.example',
		});
		expect(JSON.parse((await org('update', 'acme', '--website', '', '--json')).out)).toMatchObject({
			website: null,
		});
	});

	it('gives it another slug, and says what has to follow', async () => {
		const { exitCode, err } = await org('update', 'acme', '--slug', 'acme-eu');
		expect(exitCode).toBe(0);
		expect(err).toContain('Change the Organization in every LMA credential in n8n from acme to acme-eu');
		expect((await org('show', 'acme')).err).toContain('Organization acme not found');
		expect((await org('update', 'acme-eu', '--slug', 'acme')).exitCode).toBe(0);
	});

	it.each([
		[['--slug', 'globex'], 1, 'Organization globex already exists. Choose another slug.'],
		[['--slug', 'Not A Slug'], 1, 'slug is not a slug'],
		[['--name', ''], 1, 'name is empty'],
		[['--tier', ''], 1, 'subscriptionTier is empty'],
		[['--billing-email', 'nobody'], 1, 'billingEmail is not an e-mail address'],
		[[], 2, 'Nothing to change'],
	])('refuses %j and changes nothing', async (options, exitCode, message) => {
		const before = await row();
		const refused = await org('update', 'acme', ...options);
		expect(refused.exitCode).toBe(exitCode);
		expect(refused.err).toContain(message);
		expect(await row()).toEqual(before);
	});
});

describe('org show', () => {
	it('says what an organization is and what waits in it', async () => {
		const { out } = await org('show', 'globex', '--json');
		expect(JSON.parse(out)).toMatchObject({
			slug: 'globex',
			isActive: true,
			activeUsers: 2,
			openLeads: 0,
			scheduledCommunications: 0,
		});
		expect((await org('show', 'globex')).out).toMatch(/^active users +2$/m);
	});
});

it('org create takes the same details', async () => {
	await org('create', 'initech', '--industry', 'software', '--tier', 'pro');
	expect(JSON.parse((await org('show', 'initech', '--json')).out)).toMatchObject({
		name: 'initech',
		industry: 'software',
		subscriptionTier: 'pro',
	});
});
