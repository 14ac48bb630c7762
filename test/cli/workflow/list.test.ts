import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	const sql = postgres(database.ownerUrl, { max: 1 });
	for (const slug of ['acme', 'other']) {
		const { id } = await seedOrganization(database.ownerUrl, slug);
		await sql`
			insert into workflows (organization_id, n8n_workflow_id, name, trigger_type)
			values (${id}, ${`${slug}-1`}, ${`Intake of ${slug}`}, 'webhook')`;
	}
	await sql.end();
});

afterAll(() => database.drop());

const list = (...args: string[]) =>
	runLma(['workflow', 'list', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

test('shows the workflows of that organization alone, even to a superuser', async () => {
	const { exitCode, out } = await list('--org', 'acme', '--json');
	expect(exitCode).toBe(0);
	expect(JSON.parse(out)).toEqual([
		{
			id: expect.any(Number) as number,
			n8nWorkflowId: 'acme-1',
			name: 'Intake of acme',
			n8nConnection: null,
			triggerType: 'webhook',
			state: 'followed',
			wanted: null,
			// The column says active of itself; n8n was never asked.
			observed: null,
			hasNewerDraft: false,
			lastSeenAt: null,
			problem: null,
		},
	]);
	expect((await list('--org', 'acme')).out).toMatch(/acme-1 +Intake of acme +webhook +followed$/m);
});

test('an unknown organization is an error, not an empty list', async () => {
	expect(await list('--org', 'nobody')).toMatchObject({ exitCode: 1, out: '' });
});
