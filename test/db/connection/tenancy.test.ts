import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { connect } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { listLeads } from '../../../db/lead/list';
import { createTenantLogin } from '../../../schema/login/tenantLogin';
import { type SeededOrganization, seedOrganization } from '../../setup/database';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

const lead = (email: string) => ({ email, firstName: '', lastName: '' });

describe('tenancy', () => {
	let acme: TestTenant;
	let rival: SeededOrganization;
	let owner: postgres.Sql;

	beforeAll(async () => {
		acme = await openTenant();
		rival = await seedOrganization(acme.database.ownerUrl, 'rival');
		owner = connect(acme.database.ownerUrl);
		await acme.run((tx) => createLeads(tx, [lead('ours@acme.test')]));
		await inOrganization(acme.sql, 'rival', (tx) => createLeads(tx, [lead('theirs@rival.test')]));
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});

	it('shows each organization its own leads', async () => {
		const ours = await acme.run((tx) => listLeads(tx, {}));
		const theirs = await inOrganization(acme.sql, 'rival', (tx) => listLeads(tx, {}));
		expect(ours.map((row) => row.email)).toEqual(['ours@acme.test']);
		expect(theirs.map((row) => row.email)).toEqual(['theirs@rival.test']);
	});

	it('shows no rows at all when no organization was chosen', async () => {
		for (const table of [
			'leads',
			'users',
			'organizations',
			'communications',
			'activity_logs',
			'v_lead_summary',
		]) {
			expect(await acme.sql`select from ${acme.sql(table)}`, table).toHaveLength(0);
		}
	});

	it('forgets the organization at the end of the transaction, on the same connection', async () => {
		const single = connect(acme.database.appUrl, { max: 1 });
		await inOrganization(single, 'acme', (tx) => listLeads(tx, {}));
		expect(await single`select from leads`).toHaveLength(0);
		await single.end();
	});

	it('refuses to write a row for another organization', async () => {
		const insert = acme.run(
			(tx) => tx`
				insert into leads (email, first_name, last_name, organization_id)
				values ('spy@acme.test', '', '', ${rival.id})`,
		);
		await expect(insert).rejects.toMatchObject({ code: '42501' });
	});

	it.each([
		['a lead', (tx: postgres.ISql) => tx`update leads set assigned_to_id = ${rival.userIds[0]!}`],
		[
			'a campaign',
			(tx: postgres.ISql) => tx`
				insert into campaigns (organization_id, name, created_by)
				values (lma.current_organization_id(), 'x', ${rival.userIds[0]!})`,
		],
	])('refuses to name a user of another organization in %s', async (_, write) => {
		await expect(acme.run((tx) => write(tx))).rejects.toMatchObject({ code: '23503' });
	});

	it('refuses a communication for a lead of another organization as if there were none', async () => {
		const [theirs] = await inOrganization(acme.sql, 'rival', (tx) => listLeads(tx, {}));
		const insert = acme.run(
			(tx) => tx`
				insert into communications (lead_id, communication_type, direction)
				values (${theirs!.id}, 'email', 'outbound')`,
		);
		await expect(insert).rejects.toMatchObject({ code: '23503', message: `Lead ${theirs!.id} not found` });
	});

	it('never gives out password hashes', async () => {
		await expect(acme.run((tx) => tx`select hashed_password from users`)).rejects.toMatchObject({
			code: '42501',
		});
		const [grants] = await owner`
			select count(*)
			from information_schema.column_privileges
			where column_name = 'hashed_password' and grantee <> 'lma_owner'`;
		expect(grants).toEqual({ count: 0 });
	});

	it('says in words that an organization is unknown', async () => {
		const failed = inOrganization(acme.sql, 'nobody', (tx) => listLeads(tx, {})).catch(toLmaError);
		expect(await failed).toMatchObject({
			code: 'ORGANIZATION_NOT_FOUND',
			message: 'Organization nobody not found',
		});
	});

	it('says in words that the one who acts is no user of the organization, wherever else', async () => {
		for (const actorId of [rival.userIds[0]!, 2_000_000_000]) {
			const failed = acme.run((tx) => listLeads(tx, {}), { actorId }).catch(toLmaError);
			expect(await failed).toMatchObject({
				name: 'ValidationError',
				field: 'actorId',
				message: `User ${actorId} does not belong to organization acme`,
			});
		}
		const [actorId] = acme.organization.userIds;
		expect(await acme.run((tx) => listLeads(tx, {}), { actorId: actorId! })).toHaveLength(1);
	});

	it('says in words that the organization is set to what is none', async () => {
		const failed = acme.sql
			.begin(async (tx) => {
				await tx`select set_config('lma.organization_id', 'acme', true)`;
				return await tx`select from leads`;
			})
			.catch(toLmaError);
		expect(await failed).toMatchObject({
			code: 'INVALID_SETTING',
			message: 'The setting lma.organization_id is "acme", which is not an id',
			description: expect.stringContaining('lma.use_organization') as string,
		});
	});

	it('gives every organization one channel, which a restored copy does not double', async () => {
		const channels = () => owner<{ id: number; channel: string }[]>`
			select o.id, c.channel
			from organizations o
			left join lma.event_channels c on c.organization_id = o.id
			order by o.id`;
		const before = await channels();
		expect(new Set(before.map(({ channel }) => channel)).size).toBe(2);
		expect(before.every(({ channel }) => /^lma_[\da-f]{32}$/.test(channel))).toBe(true);
		await owner`insert into lma.event_channels (organization_id, channel) values (${rival.id}, 'restored')`;
		expect(await channels()).toEqual(before);
	});

	it('rolls everything back when the work throws', async () => {
		const failing = acme.run(async (tx) => {
			rowsOf(await createLeads(tx, [lead('gone@acme.test')]));
			throw new Error('changed my mind');
		});
		await expect(failing).rejects.toThrow('changed my mind');
		expect(await acme.run((tx) => listLeads(tx, { email: 'gone@acme.test' }))).toEqual([]);
	});

	it('does the work again when PostgreSQL chose it to end a deadlock', async () => {
		const [one, other] = rowsOf(
			await acme.run((tx) => createLeads(tx, [lead('one@acme.test'), lead('other@acme.test')])),
		);
		const both = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()] as const;
		let calls = 0;
		const touch = (mine: number, ids: (number | undefined)[]) =>
			acme.run(async (tx) => {
				calls++;
				for (const id of ids) {
					await tx`update leads set company = 'x' where id = ${id!}`;
					both[mine]!.resolve(undefined);
					await Promise.all(both.map(({ promise }) => promise));
				}
			});
		await Promise.all([touch(0, [one!.id, other!.id]), touch(1, [other!.id, one!.id])]);
		expect(calls).toBe(3);
		await acme.run((tx) => tx`delete from leads where id in (${one!.id}, ${other!.id})`);
	});

	it('does the work again when its month of events got a partition at that moment', async () => {
		const [month] = await owner<[{ name: string }]>`
			select 'activity_logs_' || to_char(now() at time zone 'UTC', 'YYYY_MM') as name`;
		await owner`drop table ${owner(month.name)}`;
		let writing: Promise<unknown> | undefined;
		await owner.begin(async (making) => {
			await making`select lma.ensure_activity_partitions(0)`;
			writing = acme.run((tx) => createLeads(tx, [lead('late@acme.test')]));
			await vi.waitUntil(async () => {
				const waiting = await making`
					select
					from pg_locks
					where relation = 'activity_logs_default'::regclass
						and not granted`;
				return waiting.length > 0;
			});
		});
		expect(rowsOf((await writing) as Awaited<ReturnType<typeof createLeads>>)).toHaveLength(1);
		await owner`delete from leads where email = 'late@acme.test'`;
	});

	it('leaves the connection usable after a failure', async () => {
		const single = connect(acme.database.appUrl, { max: 1 });
		await expect(inOrganization(single, 'acme', (tx) => tx`select 1 / 0`)).rejects.toThrow();
		await expect(inOrganization(single, 'nobody', (tx) => listLeads(tx, {}))).rejects.toThrow();
		expect(await inOrganization(single, 'acme', (tx) => listLeads(tx, {}))).toHaveLength(1);
		await single.end();
	});

	it('has row security enabled and forced on every table, with a policy', async () => {
		const bare = await owner`
			select c.oid::regclass::text as table
			from pg_class c
			where c.relkind in ('r', 'p')
				and c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
				and c.relname <> 'migrations'
				and not (
					c.relrowsecurity
					and c.relforcerowsecurity
					and (c.relispartition or exists (select from pg_policy p where p.polrelid = c.oid))
				)`;
		expect([...bare]).toEqual([]);
	});

	it('has only views that see what their reader may see, and functions with a fixed search path', async () => {
		const views = await owner`
			select relname
			from pg_class
			where relkind = 'v' and relnamespace = 'public'::regnamespace
				and not coalesce(reloptions @> '{security_invoker=true}', false)`;
		const functions = await owner`
			select proname
			from pg_proc
			where pronamespace = 'lma'::regnamespace
				and not coalesce('search_path=pg_catalog, pg_temp' = any(proconfig), false)`;
		expect([...views, ...functions]).toEqual([]);
	});

	it('lets nobody but the worker touch the state of a dispatch', async () => {
		const [theirs] = await inOrganization(acme.sql, 'acme', (tx) => listLeads(tx, {}));
		const insert = acme.run(
			(tx) => tx`
				insert into communications (lead_id, communication_type, direction, dispatch_epoch)
				values (${theirs!.id}, 'email', 'outbound', 2147483647)`,
		);
		await expect(insert).rejects.toMatchObject({ code: '42501' });
		for (const column of [
			'dispatch_at',
			'dispatch_epoch',
			'dispatch_started_at',
			'schedule_version',
			'failure_reason',
		]) {
			const update = acme.run((tx) => tx`update communications set ${tx(column)} = null`);
			await expect(update, column).rejects.toMatchObject({ code: '42501' });
		}
	});

	describe('a tenant login', () => {
		let tenant: postgres.Sql;
		let user: string;

		beforeAll(async () => {
			const login = await createTenantLogin(owner, 'acme');
			user = login.user;
			const url = new URL(acme.database.ownerUrl);
			url.username = login.user;
			url.password = login.password;
			tenant = connect(url.toString());
		});
		afterAll(async () => {
			await tenant.end();
			await owner`drop role ${owner(user)}`;
		});

		it('sees its own organization in hand-written SQL, whatever it sets', async () => {
			await tenant.begin(async (tx) => {
				await tx`select set_config('lma.organization_id', ${String(rival.id)}, false)`;
				expect(await tx`select email from leads`).toEqual([{ email: 'ours@acme.test' }]);
				expect(await tx`select slug from organizations`).toEqual([{ slug: 'acme' }]);
			});
		});

		it('cannot choose another organization, and is told no more than that there is none', async () => {
			const choosing = inOrganization(tenant, 'rival', (tx) => listLeads(tx, {}));
			await expect(choosing).rejects.toMatchObject({
				code: 'LM001',
				message: 'Organization rival not found',
			});
		});

		it('has no function run its own code as the owner of the tables', async () => {
			await tenant.begin(async (tx) => {
				await tx`create temp table seen (who name)`;
				await tx`grant all on seen to public`;
				await tx`
					create function pg_temp.spy() returns boolean language sql
					as $$ insert into pg_temp.seen values (current_user) returning true $$`;
				await tx`create domain pg_temp.text as pg_catalog.text check (pg_temp.spy())`;
				await tx`
					create temp view pg_class as
					select c.oid, case when pg_temp.spy() then -1 else 0 end as reltuples
					from pg_catalog.pg_class c`;
				await tx`grant select on pg_class to public`;
				await tx`select lma.use_organization('acme'::pg_catalog.text)`;
				await tx`
					insert into leads (email, first_name, last_name, organization_id)
					select n || '@many.test', '', '', lma.current_organization_id()
					from generate_series(1, 100) n`;
				expect(await tx`select who from seen where who <> session_user`).toEqual([]);
				await tx`delete from leads where email like '%@many.test'`;
			});
		});

		it('sees nothing once its binding is gone', async () => {
			const [binding] = await owner<
				{ login: string; organizationId: number }[]
			>`delete from lma.tenant_logins where login = ${user} returning *`;
			expect(await tenant`select from leads`).toHaveLength(0);
			await owner`insert into lma.tenant_logins ${owner({ login: binding!.login, organization_id: binding!.organizationId })}`;
			expect(await tenant`select from leads`).toHaveLength(1);
		});
	});

	it('takes one transaction and no statement more than the query, the choice and the frame', async () => {
		acme.statements.length = 0;
		await acme.run((tx) => listLeads(tx, {}));
		expect(acme.statements).toHaveLength(4);
	});
});
