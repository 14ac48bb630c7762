import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { openSubscription } from '../../../db/subscription/subscription';
import { settled } from '../../setup/settled';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	const sql = connect(database.appUrl, { max: 1 });
	for (const slug of ['acme', 'rival']) {
		await seedOrganization(database.ownerUrl, slug);
		for (const name of [`n8n:${slug}:deleted`, `n8n:${slug}:kept`]) {
			await inOrganization(sql, slug, (tx) => openSubscription(tx, { name, eventTypes: ['lead.created'] }));
		}
		await inOrganization(sql, slug, (tx) =>
			createLeads(tx, [{ email: `ada@${slug}.test`, firstName: 'Ada', lastName: 'Lovelace' }]),
		);
	}
	await settled(sql);
	await sql.end();
});

afterAll(() => database.drop());

const subscriptions = (...args: string[]) =>
	runLma(['org', 'subscriptions', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

const namesOf = async (slug: string) =>
	(JSON.parse((await subscriptions('list', slug, '--json')).out) as { name: string }[]).map(
		({ name }) => name,
	);

test('the subscriptions of one organization are listed with what waits for each', async () => {
	const { exitCode, out } = await subscriptions('list', 'acme');
	expect(exitCode).toBe(0);
	expect(out).toMatch(/^n8n:acme:deleted +1 +\d{4}-\S+Z +\d{4}-\S+Z *$/m);
	expect(out).not.toContain('rival');
	expect(out).not.toContain('ada@');
	expect(JSON.parse((await subscriptions('list', 'acme', '--json')).out)).toMatchObject([
		{ name: 'n8n:acme:deleted', eventTypes: ['lead.created'], eventsBehind: 1, leaseOwner: null },
		{ name: 'n8n:acme:kept' },
	]);
});

test('one is removed by its name, and no other', async () => {
	expect(await subscriptions('remove', 'acme', 'n8n:rival:deleted')).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('Subscription n8n:rival:deleted not found') as string,
	});
	const { out } = await subscriptions('remove', 'acme', 'n8n:acme:deleted', '--json');
	expect(JSON.parse(out)).toEqual({ name: 'n8n:acme:deleted', removed: true });
	expect(await namesOf('acme')).toEqual(['n8n:acme:kept']);
	expect(await namesOf('rival')).toEqual(['n8n:rival:deleted', 'n8n:rival:kept']);
});

test('an organization that does not exist is named', async () => {
	expect(await subscriptions('list', 'nobody')).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('Organization nobody not found') as string,
	});
});
