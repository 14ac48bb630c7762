import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let leadId: number;

beforeAll(async () => {
	database = await createTestDatabase();
	const { id } = await seedOrganization(database.ownerUrl, 'acme');
	await seedOrganization(database.ownerUrl, 'other');
	const owner = postgres(database.ownerUrl, { max: 1 });
	const [lead] = await owner<{ id: number }[]>`
		insert into leads (organization_id, email, first_name, last_name) values (${id}, 'ann@x.test', '', '')
		returning id`;
	leadId = lead!.id;
	await owner`
		insert into suppressions (organization_id, communication_type, lead_id, address_key, reason, source)
		values
			(${id}, 'sms', ${leadId}, null, 'complained', 'person'),
			(${id}, 'email', null, repeat('a', 64), 'address_bounced', 'bounce')`;
	await owner.end();
});
afterAll(() => database.drop());

const list = (...args: string[]) =>
	runLma(['leads', 'do-not-contact', 'list', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

test('shows leads and the beginning of hashes, of that organization alone', async () => {
	const { out, exitCode } = await list('--org', 'acme');
	expect(exitCode).toBe(0);
	expect(out).toMatch(/address a{12}… +email +address_bounced +bounce/);
	expect(out).toMatch(new RegExp(`lead ${leadId} +sms +complained +person`));
	expect((await list('--org', 'other', '--json')).out).toBe('[]');
});

test('filters, and prints JSON page by page', async () => {
	const [first] = JSON.parse((await list('--org', 'acme', '--json', '--limit', '1')).out) as {
		cursor: string;
	}[];
	expect(first).toMatchObject({ leadId: null, addressKey: 'a'.repeat(64), source: 'bounce' });
	const rest = await list('--org', 'acme', '--json', '--after-cursor', first!.cursor);
	expect(JSON.parse(rest.out)).toMatchObject([{ leadId, communicationType: 'sms' }]);
	const ofType = await list('--org', 'acme', '--json', '--type', 'sms', '--reason', 'unsubscribed');
	expect(ofType.out).toBe('[]');
	const wrong = await list('--org', 'acme', '--lead-id', 'ann');
	expect(wrong.exitCode).not.toBe(0);
	expect(wrong.err).toContain('leadId must be the number of an existing row');
});
