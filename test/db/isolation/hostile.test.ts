import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { upsertLeads } from '../../../db/lead/upsert';
import { type IsolationWorld, openWorld } from './world';

describe('hand-written SQL', () => {
	let world: IsolationWorld;
	let login: postgres.Sql;
	let app: postgres.Sql;
	let notices: string[] = [];

	beforeAll(async () => {
		world = await openWorld();
		const url = new URL(world.database.ownerUrl);
		url.username = world.alpha.login.user;
		url.password = world.alpha.login.password;
		const options = { max: 1, onnotice: ({ message }: postgres.Notice) => notices.push(String(message)) };
		login = postgres(url.toString(), options);
		app = postgres(world.database.appUrl, options);
	});
	afterAll(async () => {
		await Promise.all([login.end(), app.end()]);
		await world.close();
	});

	/** Runs statements in a transaction that is taken back, as alpha's own login, or as lma_app with alpha chosen. */
	async function attempt(who: 'login' | 'app' | 'nobody', ...statements: string[]): Promise<postgres.Row[]> {
		const sql = who === 'login' ? login : app;
		notices = [];
		await sql.unsafe(`begin; ${who === 'app' ? `select lma.use_organization('alpha')` : ''}`);
		try {
			let rows: postgres.Row[] = [];
			for (const statement of statements) rows = [...(await sql.unsafe(statement))];
			return rows;
		} finally {
			await sql.unsafe('rollback');
		}
	}
	const everybody = ['login', 'app', 'nobody'] as const;

	describe.each(everybody)('of %s', (who) => {
		it.each([
			['row security turned off', '42501', `set local row_security = off; select email from leads`],
			['password hashes', '42501', `select hashed_password from users`],
			['password hashes by the whole row', '42501', `select row_to_json(u) from users u`],
			['secrets of integrations', '42501', `select secret_ciphertext from integrations`],
			['the bindings of logins', '42501', `select * from lma.tenant_logins`],
			['the channels of the worker', '42501', `select * from lma.worker_channels`],
			['the value of a sequence', '42501', `select last_value from leads_id_seq`],
			['using up a sequence', '42501', `select nextval('leads_id_seq') from generate_series(1, 1000)`],
			['using up the numbers of events', '42501', `select nextval('activity_logs_id_seq')`],
			['setting a sequence', '42501', `select setval('leads_id_seq', 1)`],
			['truncating', '42501', `truncate leads`],
			['a column more', '42501', `alter table leads add spy text`],
			['a policy less', '42501', `drop policy tenant on leads`],
			[
				'a trigger',
				'42501',
				`create trigger spy after insert on leads execute function lma.log_leads_created()`,
			],
			['an index', '42501', `create index on leads (email)`],
			['a table in public', '42501', `create table public.spy ()`],
			['a function in lma', '42501', `create function lma.spy() returns int language sql as 'select 1'`],
			['a schema', '42501', `create schema spy`],
			['a foreign key to users', /42501|42P16/, `create temp table spy (id int references users (id))`],
			['a rule', '42501', `create rule spy as on select to leads do instead select * from leads`],
			['the owner’s role', '42501', `set local role lma_owner`],
			['the worker’s role', '42501', `set local role lma_worker`],
			['another session user', '42501', `set session authorization postgres`],
			['itself without row security', '42501', `alter role current_user bypassrls`],
			['a group', '42501', `grant lma_worker to current_user`],
			['a file', '42501', `copy leads to '/tmp/leads'`],
			['a program', '42501', `copy leads to program 'cat'`],
			['statistics of values', '42501', `select * from pg_statistic`],
			[
				'a leakproof function',
				'42501',
				`create function pg_temp.spy(text) returns bool leakproof language sql as 'select true'`,
			],
			[
				'the owner’s event function on a table of its own',
				'42501',
				`create temp table spy (id int, organization_id int);
				create trigger spy after insert on spy referencing new table as created
				for each statement execute function lma.log_leads_created()`,
			],
			['telling another organization of events', '42501', `select lma.notify_events(array[7500001])`],
			[
				'ids of its own choice',
				'42501',
				`insert into campaigns (id, organization_id, name) values (50500002, 7000001, 'x')`,
			],
			[
				'rows of another organization',
				'42501',
				`insert into campaigns (organization_id, name) values (7500001, 'x')`,
			],
			['moving rows', '42501', `update leads set organization_id = 7500001`],
			['COPY into a table', /42501|0A000/, `copy campaigns (organization_id, name) from stdin`],
		])('may not have %s', async (_what, code, statements) => {
			await expect(attempt(who, ...statements.split(';'))).rejects.toMatchObject({
				code: typeof code === 'string' ? code : (expect.stringMatching(code) as string),
			});
		});

		it.each([
			[
				'a leaky function',
				`create function pg_temp.spy(text) returns boolean language plpgsql cost 0.0001
				as $$ begin raise notice '%', $1; return true; end $$`,
				`select email from leads where pg_temp.spy(email)`,
			],
			[
				'a leaky operator',
				`create function pg_temp.spy(a text, b text) returns boolean language plpgsql cost 0.0001
				as $$ begin raise notice '%', a; return true; end $$`,
				`create operator pg_temp.=== (function = pg_temp.spy, leftarg = text, rightarg = text, restrict = eqsel)`,
				`select email from leads where email::text operator(pg_temp.===) 'x'`,
			],
			[
				'a cast that fails on others',
				`select email from leads where (case when email like '%beta%' then email end)::int = 1`,
			],
			['a division by zero', `select 1 / (case when email like '%beta%' then 0 else 1 end) from leads`],
			['a view of its own', `create temp view spy as select email from leads`, `select * from spy`],
			[
				'a security definer of its own',
				`create function pg_temp.spy() returns setof varchar language sql security definer
				as 'select email from public.leads'`,
				`select pg_temp.spy() as email`,
			],
			[
				'a table that shadows',
				`create temp table organizations as select 7500001 as id, 'beta' as slug, true as is_active`,
				`create temp table tenant_logins as select session_user as login, 7500001 as organization_id`,
				`select email from leads`,
			],
			['a cursor', `declare spy scroll cursor with hold for select email from leads`, `fetch all from spy`],
			[
				'a block',
				`do $$ declare r record; begin for r in select email from leads loop raise notice '%', r; end loop; end $$`,
			],
			['a prepared statement', `prepare spy as select email from leads`, `execute spy`, `deallocate spy`],
			['the role of its group', `set local role lma_app`, `select email from leads`],
			['its group’s read-only view', `select email from v_lead_summary`],
			[
				'the statistics',
				`select most_common_vals::text, histogram_bounds::text from pg_stats where tablename = 'leads'`,
			],
			['the next partition', `select to_regclass('activity_logs_default')`],
			[
				'large objects',
				`select lo_create(0)`,
				`select loid from pg_largeobject_metadata m join pg_largeobject l on l.loid = m.oid where false`,
			],
		])('learns nothing by %s', async (_what, ...statements) => {
			const outcome = await attempt(who, ...statements).catch((error: unknown) => {
				const { message, detail, hint, where } = error as postgres.PostgresError;
				return { message, detail, hint, where };
			});
			expect(JSON.stringify({ outcome, notices })).not.toContain('beta');
		});
	});

	it('of a tenant login sees alpha alone, whatever it sets', async () => {
		for (const setting of ['7500001', '', 'x', '-1', '99999999999999999999']) {
			const rows = await attempt(
				'login',
				`select set_config('lma.organization_id', '${setting}', true)`,
				`select distinct organization_id from leads`,
			);
			expect(rows).toEqual([{ organization_id: 7_000_001 }]);
		}
	});

	it.each([
		['x', 'x'],
		['7000001; drop', '7000001; drop'],
		['-1', '-1'],
		['1.5', '1.5'],
		['99999999999', '99999999999'],
		['2147483648', '2147483648'],
		['a very long setting that goes on and on', 'a very long setting …'],
	])('of lma_app with the organization set to %s is told so, and sees nothing', async (setting, told) => {
		const seeing = attempt(
			'nobody',
			`select set_config('lma.organization_id', '${setting}', true)`,
			'select from leads',
		);
		await expect(seeing).rejects.toMatchObject({
			code: 'LM002',
			message: `The setting lma.organization_id is "${told}", which is not an id`,
			hint: expect.stringContaining('lma.use_organization') as string,
		});
	});

	it.each(['', '0', '2147483647'])(
		'of lma_app with the organization set to "%s" sees nothing',
		async (setting) => {
			const rows = await attempt(
				'nobody',
				`select set_config('lma.organization_id', '${setting}', true)`,
				'select id from leads',
			);
			expect(rows).toEqual([]);
		},
	);

	it('names as the one who acts a user of the organization, or nobody', async () => {
		const [theirs, nobodys] = [10_500_002, 10_500_003];
		for (const actor of [theirs, nobodys]) {
			await expect(
				attempt('login', `select lma.use_organization('alpha', null, null, ${actor})`),
			).rejects.toMatchObject({
				code: 'LM003',
				message: `User ${actor} does not belong to organization alpha`,
			});
		}
		await attempt('login', `select lma.use_organization('alpha', null, null, 10000002)`);
	});

	it('of a tenant login sees nothing while its organization is deactivated', async () => {
		const inOrganization = () => attempt('login', 'select id from organizations');
		expect(await inOrganization()).toHaveLength(1);
		await world.owner`update organizations set is_active = false where slug = 'alpha'`;
		expect(await inOrganization()).toEqual([]);
		await expect(attempt('login', `select lma.use_organization('alpha')`)).rejects.toMatchObject({
			code: 'LM004',
		});
		await world.owner`update organizations set is_active = false where slug = 'beta'`;
		await expect(attempt('login', `select lma.use_organization('beta')`)).rejects.toMatchObject({
			code: 'LM001',
		});
		await world.owner`update organizations set is_active = true where slug = 'beta'`;
		await world.owner`update organizations set is_active = true where slug = 'alpha'`;
		expect(await inOrganization()).toHaveLength(1);
	});

	it('that listens to every name it can think of hears of its own organization only', async () => {
		const heard: string[] = [];
		const [channel] = await attempt('login', 'select channel from lma.event_channels');
		const listener = postgres({ ...login.options, max: 1 } as unknown as postgres.Options<
			Record<string, never>
		>);
		const names = [
			'lma_events',
			'lma_dispatch',
			'lma',
			'beta',
			'lma_beta',
			'lma_events_7500001',
			String(channel!.channel),
		];
		for (const name of names) await listener.listen(name, () => heard.push(name));
		await world.owner`update leads set company = 'elsewhere' where organization_id = ${world.beta.id}`;
		await world.owner`update leads set company = 'here' where organization_id = ${world.alpha.id}`;
		await expect.poll(() => heard).toEqual([channel!.channel]);
		await listener.end();
	});

	it('of one organization does not wait for the upserts of another, though the addresses are the same', async () => {
		const addresses = Array.from({ length: 1000 }, (_, n) => ({ email: `same${n}@lead.test` }));
		const both = connect(world.database.appUrl, { max: 2 });
		await inOrganization(both, 'alpha', async (tx) => {
			await upsertLeads(tx, addresses);
			await inOrganization(both, 'beta', (other) => upsertLeads(other, addresses));
		});
		await both.end();
	});
});
