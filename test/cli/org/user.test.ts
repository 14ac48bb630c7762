import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;
let acme: { id: number; userIds: number[] };
let globex: { id: number; userIds: number[] };
let first: number, second: number, third: number;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	acme = await seedOrganization(database.ownerUrl, 'acme', { users: 3 });
	globex = await seedOrganization(database.ownerUrl, 'globex', { users: 1 });
	[first, second, third] = acme.userIds as [number, number, number];
});
beforeEach(async () => {
	await owner`truncate leads cascade`;
	await owner`update organizations set is_active = true`;
	await owner`update users set is_active = true, role = 'SALES_REP', timezone = 'UTC'`;
});
afterAll(async () => {
	await owner.end();
	await database.drop();
});

const user = (...args: string[]) =>
	runLma(['org', 'user', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

async function giveLeads(userId: number, open: number, closed = 0): Promise<void> {
	await owner`
		insert into leads (email, first_name, last_name, organization_id, assigned_to_id, status)
		select format('lead%s.%s@x.test', ${userId}::text, n), 'L', 'L', ${acme.id}, ${userId},
			case when n > ${open} then 'CLOSED_WON' else 'NEW' end::lead_status_enum
		from generate_series(1, ${open + closed}::int) n`;
}

async function ownersOfLeads(): Promise<Record<string, number>> {
	const rows = await owner<{ key: string; leads: number }[]>`
		select coalesce(assigned_to_id::text, 'nobody') || case when status = 'CLOSED_WON' then ' closed' else '' end as key,
			count(*)::int as leads
		from leads group by 1 order by 1`;
	return Object.fromEntries(rows.map(({ key, leads }) => [key, leads]));
}

const accountOf = async (id: number) =>
	(
		await owner`select email, username, first_name, last_name, role, timezone, is_active from users where id = ${id}`
	)[0];

describe('an address', () => {
	const add = (slug: string, email: string, ...more: string[]) =>
		user('add', slug, '--email', email, '--first-name', 'A', '--last-name', 'B', ...more);

	it('belongs to one user whatever its letter case, in every organization', async () => {
		for (const slug of ['acme', 'globex']) {
			const again = await add(slug, 'USER1@Acme.test');
			expect(again.exitCode).toBe(1);
			expect(again.err).toBe(
				`lma: A user with this e-mail address already exists: user ${first} of acme. An address belongs to one user of all organizations, whatever its letter case. Choose another, or change that user with \`lma org user update\`.`,
			);
		}
	});

	it('is refused by the database as well, whoever writes it', async () => {
		const writing = owner`
			insert into users (email, username, first_name, last_name, hashed_password)
			values ('User1@ACME.test', 'other', 'A', 'B', '!')`;
		await expect(writing).rejects.toThrow('ix_users_email_key');
	});

	it('of one user is not given to another; a taken user name is called that', async () => {
		const refused = await user('update', 'acme', String(second), '--email', 'User1@acme.test');
		expect(refused).toMatchObject({ exitCode: 1 });
		expect(refused.err).toContain(`already exists: user ${first} of acme`);
		const name = await add('acme', 'new@acme.test', '--username', 'globex-user1');
		expect(name.err).toContain(
			`A user with this user name already exists: user ${globex.userIds[0]} of globex`,
		);
		expect(await owner`select id from users where email = 'new@acme.test'`).toEqual([]);
	});
});

describe('user list', () => {
	it('shows who is there and what waits for them', async () => {
		await giveLeads(first, 2, 1);
		await owner`
			insert into communications (organization_id, lead_id, user_id, communication_type, direction, status, scheduled_at)
			select ${acme.id}, min(id), ${first}, 'email', 'outbound', 'scheduled', now() + interval '1 day' from leads`;
		const { out } = await user('list', 'acme', '--json');
		expect(JSON.parse(out)).toMatchObject([
			{ id: first, email: 'user1@acme.test', isActive: true, openLeads: 2, scheduledCommunications: 1 },
			{ id: second, openLeads: 0 },
			{ id: third },
		]);
		expect((await user('list', 'acme')).out).toMatch(/user1@acme\.test +User 1 +SALES_REP +UTC +yes +2 +1$/m);
		await user('deactivate', 'acme', String(second));
		expect(JSON.parse((await user('list', 'acme', '--inactive', '--json')).out)).toMatchObject([
			{ id: second },
		]);
		expect((await user('list', 'acme', '--active')).out).not.toContain('user2@acme.test');
	});

	it('works for a deactivated organization, and names one that is not there', async () => {
		await owner`update organizations set is_active = false`;
		expect((await user('list', 'acme')).exitCode).toBe(0);
		expect((await user('list', 'nobody')).err).toContain('Organization nobody not found');
	});
});

describe('user update', () => {
	it('changes what is named, by id or by address in any letter case', async () => {
		const { out } = await user(
			'update',
			'acme',
			'USER2@acme.test',
			'--role',
			'MANAGER',
			'--time-zone',
			'Europe/Vienna',
			'--last-name',
			'Übel',
			'--json',
		);
		expect(JSON.parse(out)).toMatchObject({
			id: second,
			role: 'MANAGER',
			timezone: 'Europe/Vienna',
			lastName: 'Übel',
		});
		expect(await accountOf(second)).toMatchObject({ first_name: 'User', email: 'user2@acme.test' });
		expect((await user('update', 'acme', String(second), '--last-name', '2')).out).toBe(
			`User ${second} of acme updated: lastName.`,
		);
	});

	it('changes only the letter case of an address, and the user name that follows it', async () => {
		await owner`update users set username = email where id = ${third}`;
		expect((await user('update', 'acme', String(third), '--email', 'User3@acme.test')).exitCode).toBe(0);
		expect(await accountOf(third)).toMatchObject({ email: 'User3@acme.test', username: 'User3@acme.test' });
		await owner`update users set email = 'user3@acme.test', username = 'acme-user3' where id = ${third}`;
	});

	it.each([
		[['--time-zone', 'Mars/Phobos'], 1, /timezone is not a time zone: "Mars\/Phobos"/],
		[['--email', 'nobody'], 1, /email is not an e-mail address/],
		[['--first-name', ''], 1, /firstName is empty/],
		[['--role', 'KING'], 2, /SALES_REP/],
		[[], 2, /Nothing to change/],
	])('refuses %j and changes nothing', async (options, exitCode, message) => {
		const before = await accountOf(second);
		const refused = await user('update', 'acme', String(second), ...options);
		expect(refused.exitCode).toBe(exitCode);
		expect(refused.err).toMatch(message);
		expect(await accountOf(second)).toEqual(before);
	});

	it('finds nobody of another organization', async () => {
		const byId = await user('update', 'acme', String(globex.userIds[0]), '--role', 'VIEWER');
		expect(byId).toMatchObject({
			exitCode: 1,
			err: `lma: User ${globex.userIds[0]} not found. \`lma org user list acme\` shows the existing ones.`,
		});
		const byAddress = await user('update', 'acme', 'user1@globex.test', '--role', 'VIEWER');
		expect(byAddress.err).toContain('No user of acme has this e-mail address.');
		expect(byAddress.err).not.toContain('user1@globex.test');
	});
});

describe('user deactivate', () => {
	it('says how many open leads wait, and does nothing until it is said what becomes of them', async () => {
		await giveLeads(first, 3, 2);
		const refused = await user('deactivate', 'acme', 'user1@acme.test');
		expect(refused).toMatchObject({ exitCode: 1, out: '' });
		expect(refused.err).toContain(`User ${first} owns 3 open leads. Nothing was changed. Say who takes over`);
		expect(await accountOf(first)).toMatchObject({ is_active: true });
	});

	it('hands them over to one user, in the same transaction and with an event each', async () => {
		await giveLeads(first, 3, 2);
		const done = await user('deactivate', 'acme', String(first), '--hand-over-to', 'USER2@acme.test');
		expect(done).toMatchObject({
			exitCode: 0,
			out: `User ${first} of acme deactivated. Open leads were handed over: 3 to user ${second}.`,
		});
		expect(await ownersOfLeads()).toEqual({ [`${first} closed`]: 2, [second]: 3 });
		expect(await accountOf(first)).toMatchObject({ is_active: false });
		const [events] = await owner`
			select count(*)::int as assigned from activity_logs where activity_type = 'lead.assigned' and organization_id = ${acme.id}`;
		expect(events?.assigned).toBeGreaterThanOrEqual(3);
	});

	it('hands them over in turn, or to whoever has the fewest, never to the one who leaves', async () => {
		await giveLeads(first, 4);
		const { out } = await user('deactivate', 'acme', String(first), '--hand-over', '--json');
		expect(JSON.parse(out)).toEqual({
			id: first,
			action: 'deactivated',
			openLeads: 4,
			handedOver: [
				{ userId: second, leads: 2 },
				{ userId: third, leads: 2 },
			],
			scheduledCommunications: 0,
		});
		await user('deactivate', 'acme', String(second), '--hand-over', 'leastLoaded');
		expect(await ownersOfLeads()).toEqual({ [third]: 4 });
	});

	it('changes nothing when nobody can take them', async () => {
		await giveLeads(first, 2);
		await owner`update users set role = 'MANAGER' where id <> ${first}`;
		const nobody = await user('deactivate', 'acme', String(first), '--hand-over');
		expect(nobody.err).toContain('no active user with the role SALES_REP');
		await user('deactivate', 'acme', String(third));
		const inactive = await user('deactivate', 'acme', String(first), '--hand-over-to', String(third));
		expect(inactive.err).toContain(`User ${third} is not active`);
		expect((await user('deactivate', 'acme', String(first), '--hand-over-to', String(first))).err).toContain(
			'cannot take over their own leads',
		);
		expect(
			(await user('deactivate', 'acme', String(first), '--hand-over-to', 'user1@globex.test')).exitCode,
		).toBe(1);
		expect(await accountOf(first)).toMatchObject({ is_active: true });
		expect(await ownersOfLeads()).toEqual({ [first]: 2 });
	});

	it('keeps them where that is said, and can be repeated', async () => {
		await giveLeads(first, 2);
		expect((await user('deactivate', 'acme', String(first), '--keep')).out).toBe(
			`User ${first} of acme deactivated. Open leads that stay with the user: 2.`,
		);
		expect((await user('deactivate', 'acme', String(first), '--keep')).out).toContain('was already inactive');
		expect(await ownersOfLeads()).toEqual({ [first]: 2 });
		const late = await user('deactivate', 'acme', String(first), '--hand-over');
		expect(late).toMatchObject({ exitCode: 0 });
		expect(await ownersOfLeads()).toEqual({ [second]: 1, [third]: 1 });
	});

	it('takes only one way of handing over', async () => {
		const both = await user('deactivate', 'acme', String(first), '--keep', '--hand-over');
		expect(both.exitCode).toBe(2);
	});

	it('leaves the organization an administrator, also when two leave at once', async () => {
		await owner`update users set role = 'ADMIN' where id in (${first}, ${second})`;
		const results = await Promise.all([
			user('deactivate', 'acme', String(first)),
			user('update', 'acme', String(second), '--role', 'VIEWER'),
		]);
		expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
		expect(results.map(({ err }) => err).join()).toContain('is the only active ADMIN of the organization');
	});
});

describe('user reactivate', () => {
	it('makes a user active again, once', async () => {
		await user('deactivate', 'acme', String(first));
		expect((await user('reactivate', 'acme', String(first))).out).toBe(
			`User ${first} of acme is active again.`,
		);
		const { out } = await user('reactivate', 'acme', String(first), '--json');
		expect(JSON.parse(out)).toEqual({ id: first, action: 'unchanged' });
	});
});
