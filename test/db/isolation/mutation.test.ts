import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findLeaks } from './catalogue';
import { openProbe, type Probe } from './probe';
import { type IsolationWorld, openWorld } from './world';

interface Policy {
	name: string;
	table: string;
	isUsed: boolean;
	isOfTenants: boolean;
	checks: boolean;
}

describe('the isolation probe', { timeout: 120_000 }, () => {
	let world: IsolationWorld;
	let probe: Probe;

	beforeAll(async () => {
		world = await openWorld();
		probe = await openProbe(world);
	});
	afterAll(async () => {
		await world.close();
	});

	/** What `look` finds in the database with a change to it, which is taken back. */
	async function after<T>(change: string, look: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
		const undone = new Error('taken back');
		let found: T | undefined;
		await world.owner
			.begin(async (tx) => {
				await tx.unsafe(change);
				found = await look(tx);
				throw undone;
			})
			.catch((error: unknown) => {
				if (error !== undone) throw error;
			});
		return found as T;
	}

	it('finds nothing wrong with the schema as it is', async () => {
		expect(await after('select', probe)).toEqual([]);
	});

	it('goes red for every policy that is dropped', async () => {
		const policies = await listPolicies();
		expect(policies.length).toBeGreaterThan(50);
		for (const { name, table, isUsed } of policies) {
			const problems = await after(`drop policy ${name} on ${table}`, probe);
			// A policy for a role without any right to the table changes nothing that anybody sees.
			expect(problems.length > 0, `policy ${name} on ${table} dropped`).toBe(isUsed);
		}
	});

	it('goes red for every policy of tenants that is opened', async () => {
		for (const { name, table, isUsed, isOfTenants, checks } of await listPolicies()) {
			if (!isOfTenants || !isUsed) continue;
			const opened = await after(`alter policy ${name} on ${table} using (true)`, probe);
			expect(opened, `policy ${name} on ${table} opened for reading`).not.toEqual([]);
			if (!checks) continue;
			const unchecked = await after(`alter policy ${name} on ${table} with check (true)`, probe);
			expect(unchecked, `policy ${name} on ${table} opened for writing`).not.toEqual([]);
		}
	});

	it('goes red for every view that is no longer security_invoker', async () => {
		const views = await world.owner<{ name: string }[]>`
			select oid::regclass::text as name
			from pg_class
			where relkind = 'v' and relnamespace in ('public'::regnamespace, 'lma'::regnamespace)`;
		expect(views.length).toBeGreaterThanOrEqual(3);
		for (const { name } of views) {
			const problems = await after(`alter view ${name} set (security_invoker = false)`, probe);
			expect(problems, `view ${name}`).not.toEqual([]);
		}
	});

	it.each(['disable row level security', 'no force row level security'])(
		'and the catalogue go red for every table with %s',
		async (change) => {
			const tables = await world.owner<{ name: string; isSeen: boolean }[]>`
				select oid::regclass::text as name, has_any_column_privilege('lma_app', oid, 'select') as "isSeen"
				from pg_class
				where relrowsecurity and relnamespace in ('public'::regnamespace, 'lma'::regnamespace)`;
			for (const { name, isSeen } of tables) {
				const [leaks, problems] = await after(`alter table ${name} ${change}`, async (tx) => [
					await findLeaks(tx as unknown as postgres.Sql),
					change.startsWith('disable') && isSeen ? await probe(tx) : ['not asked'],
				]);
				expect(leaks, name).toContainEqual(expect.stringContaining(`table ${name}: row security is not`));
				expect(problems, name).not.toEqual([]);
			}
		},
	);

	async function listPolicies(): Promise<Policy[]> {
		return world.owner<Policy[]>`
			select
				quote_ident(p.polname) as name,
				c.oid::regclass::text as table,
				exists (
					select
					from unnest(p.polroles) as r(oid)
					where has_any_column_privilege(r.oid, c.oid, 'select')
				) as "isUsed",
				'lma_app'::regrole = any(p.polroles) as "isOfTenants",
				has_any_column_privilege('lma_app', c.oid, 'insert') as checks
			from pg_policy p
			join pg_class c on c.oid = p.polrelid
			left join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
			where c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
				and (a.attname is not null or c.oid = 'public.organizations'::regclass)
			order by c.oid, p.polname`;
	}
});
