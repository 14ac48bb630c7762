import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	const [first] = (await seedOrganization(database.ownerUrl, 'acme')).userIds;
	await seedOrganization(database.ownerUrl, 'rival');
	const sql = connect(database.appUrl, { max: 1 });
	for (const slug of ['acme', 'rival']) {
		await inOrganization(sql, slug, (tx) =>
			createLeads(tx, [
				{
					email: `best@${slug}.test`,
					firstName: '',
					lastName: '',
					score: 90,
					assignedToId: slug === 'acme' ? first : null,
				},
				{ email: `other@${slug}.test`, firstName: '', lastName: '', score: 11 },
			]),
		);
	}
	await sql.end();
});

afterAll(() => database.drop());

const report = (args: string[], env: NodeJS.ProcessEnv = {}) =>
	runLma(['org', 'report', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl, ...env } });

test('org report shows the totals, the users and the best leads of one organization', async () => {
	const { exitCode, out, err } = await report(['acme']);
	expect(exitCode).toBe(0);
	expect(out).toMatch(/^leads +2$/m);
	expect(out).toMatch(/^average score +50\.5$/m);
	expect(out).toMatch(/^User 1 +SALES_REP +1 +0 +90 +0 +0$/m);
	expect(out).toMatch(/^best@acme\.test +90 +New +User 1 +0$/m);
	expect(out).not.toContain('rival');
	expect(err).toBe('Answered by the primary.');
});

test('org report prints JSON for programs, and says who answered and why', async () => {
	const { out } = await report(['acme', '--json'], { DATABASE_REPLICA_URL: 'postgres://127.0.0.1:1/lma' });
	expect(JSON.parse(out)).toMatchObject({
		metrics: { totalLeads: 2, totalUsers: 2 },
		users: [{ assignedLeads: 1 }, { assignedLeads: 0 }],
		topLeads: [{ email: 'best@acme.test' }, { email: 'other@acme.test' }],
		answeredBy: 'primary',
		reason: 'unreachable',
	});
});

test('org report names an organization that does not exist, and a replica that cannot be meant', async () => {
	expect(await report(['nobody'])).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('Organization nobody not found') as string,
	});
	expect(await report(['acme'], { DATABASE_REPLICA_URL: 'replica.example' })).toMatchObject({
		exitCode: 1,
		err: expect.stringContaining('DATABASE_REPLICA_URL is not a PostgreSQL URL') as string,
	});
});
