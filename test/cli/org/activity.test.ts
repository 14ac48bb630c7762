import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { claimDueCommunications } from '../../../db/dispatch/claimDueCommunications';
import { listLeads } from '../../../db/lead/list';
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
beforeEach(async () => {
	await owner`truncate leads cascade`;
	await owner`update organizations set is_active = true`;
});
afterAll(async () => {
	await owner.end();
	await database.drop();
});

const org = (...args: string[]) =>
	runLma(['org', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

/** One due an hour ago, one tomorrow. */
async function schedule(): Promise<void> {
	await owner`
		with lead as (
			insert into leads (email, first_name, last_name, organization_id) values ('a@x.test', 'A', 'A', ${acme}) returning id
		)
		insert into communications (organization_id, lead_id, communication_type, direction, status, scheduled_at)
		select ${acme}, lead.id, 'email', 'outbound', 'scheduled', now() + hours * interval '1 hour'
		from lead, unnest(array[-1, 24]) hours`;
}

async function claimed(): Promise<number> {
	const worker = connect(database.workerUrl, { max: 1 });
	try {
		const limits = { batchSize: 10, perOrganization: 10, leaseSeconds: 60, afterOrganizationId: 0 };
		return (await claimDueCommunications(worker, limits)).length;
	} finally {
		await worker.end();
	}
}

const statuses = async () =>
	(await owner<{ status: string }[]>`select status from communications order by scheduled_at`).map(
		(row) => row.status,
	);

describe('org deactivate', () => {
	it('refuses nodes with a clear error, and the worker sends nothing; says what waits', async () => {
		await schedule();
		const { out } = await org('deactivate', 'acme');
		expect(out).toBe('Organization acme deactivated. Scheduled communications that wait: 2.');
		const app = connect(database.appUrl, { max: 1 });
		try {
			const reading = inOrganization(app, 'acme', (tx) => listLeads(tx, {}));
			const error = toLmaError(await reading.catch((thrown: unknown) => thrown));
			expect(error).toMatchObject({
				code: 'ORGANIZATION_INACTIVE',
				message: 'Organization acme is deactivated',
				description: expect.stringContaining('lma org reactivate') as string,
				traits: { fault: 'configuration' },
			});
			expect(await inOrganization(app, 'globex', (tx) => listLeads(tx, {}))).toEqual([]);
		} finally {
			await app.end();
		}
		expect(await claimed()).toBe(0);
	});

	it('can be repeated, and names an organization that is not there', async () => {
		await org('deactivate', 'acme');
		expect(JSON.parse((await org('deactivate', 'acme', '--json')).out)).toMatchObject({
			action: 'unchanged',
		});
		expect(await org('deactivate', 'nobody')).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('Organization nobody not found') as string,
		});
		expect((await org('list')).out).toMatch(/acme +acme +no$/m);
	});
});

describe('org reactivate', () => {
	it('sends nothing that became due in the meantime unless that is said', async () => {
		await schedule();
		await org('deactivate', 'acme');
		const refused = await org('reactivate', 'acme');
		expect(refused).toMatchObject({ exitCode: 1, out: '' });
		expect(refused.err).toContain(
			'Communications of acme that should have been sent while it was inactive: 1.',
		);
		expect(refused.err).toContain('--overdue cancel');
		expect(await claimed()).toBe(0);
	});

	it('cancels what is overdue, and leaves what is to come', async () => {
		await schedule();
		await org('deactivate', 'acme');
		const { out } = await org('reactivate', 'acme', '--overdue', 'cancel', '--json');
		expect(JSON.parse(out)).toMatchObject({ action: 'reactivated', overdueCommunications: 1, cancelled: 1 });
		expect(await statuses()).toEqual(['cancelled', 'scheduled']);
		expect(await claimed()).toBe(0);
	});

	it('sends it where that is said', async () => {
		await schedule();
		await org('deactivate', 'acme');
		expect((await org('reactivate', 'acme', '--overdue', 'send')).out).toBe(
			'Organization acme is active again. Overdue communications that are sent now: 1.',
		);
		expect(await claimed()).toBe(1);
	});

	it('does nothing to one that is active, whatever is overdue there', async () => {
		await schedule();
		expect((await org('reactivate', 'acme', '--overdue', 'cancel')).out).toBe(
			'Organization acme was already active.',
		);
		expect(await statuses()).toEqual(['scheduled', 'scheduled']);
	});
});
