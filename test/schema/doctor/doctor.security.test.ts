import { afterAll, beforeAll, describe, it } from 'vitest';

import { openPatient, type Patient } from './patient';

describe('lma doctor finds, and knows how to mend', () => {
	let patient: Patient;

	beforeAll(async () => {
		patient = await openPatient();
	});
	afterAll(() => patient.close());

	it.each([
		['is off', 'alter table communications disable row level security', /is off/],
		['is not forced', 'alter table communications no force row level security', /not forced/],
		[
			'has no policy for tenants',
			'drop policy tenant on communications',
			/no policy for lma_app and lma_readonly/,
		],
		['has no policy for its owner', 'drop policy owner on communications', /no policy for lma_owner/],
		['has no policy for the worker', 'drop policy worker on communications', /no policy for lma_worker/],
		[
			'lets tenants see everything',
			'create policy all_of_it on communications to lma_app using (true)',
			/all_of_it/,
		],
	])('row security that %s', async (_title, provoke, found) => {
		await patient.suffers({
			provoke: [provoke],
			object: 'public.communications',
			severity: 'problem',
			found,
		});
	});

	it.each([
		['table', 'public.leads', 'alter table leads owner to current_user'],
		['view', 'public.v_lead_summary', 'alter view v_lead_summary owner to current_user'],
	])('a %s that somebody else owns', async (_kind, object, provoke) => {
		await patient.suffers({
			provoke: [provoke],
			object,
			severity: 'problem',
			found: /belongs to \w+, who can/,
		});
	});

	it('a new table that forgot row security', async () => {
		await patient.suffers({
			provoke: [
				'create table forgotten (organization_id integer not null references organizations (id))',
				'grant select on forgotten to lma_app',
			],
			object: 'public.forgotten',
			severity: 'problem',
			found: /is off/,
		});
	});

	it('views and functions that go around it', async () => {
		await patient.suffers({
			provoke: ['create view v_all as select * from leads', 'alter view v_all owner to lma_owner'],
			object: 'view public.v_all',
			severity: 'problem',
			found: /security_invoker/,
		});
		await patient.suffers({
			provoke: ['create materialized view m_all as select * from leads', 'grant select on m_all to lma_app'],
			object: 'materialized view public.m_all',
			severity: 'problem',
			found: /no row security/,
		});
		await patient.suffers({
			provoke: [
				`create function lma.open() returns int language sql security definer as 'select 1'`,
				'alter function lma.open() owner to lma_owner',
				'grant execute on function lma.open() to public',
			],
			object: 'function lma.open()',
			severity: 'problem',
			found: /executed by anybody, with the rights of its owner/,
		});
	});

	it('functions whose names can be redirected', async () => {
		await patient.suffers({
			provoke: [
				`create function lma.astray() returns int language sql as 'select 1'`,
				'alter function lma.astray() owner to lma_owner',
				'revoke all on function lma.astray() from public',
			],
			object: 'function lma.astray()',
			severity: 'warn',
			found: /no search_path of its own/,
		});
	});

	it('constraints never checked, triggers switched off, indexes that failed', async () => {
		await patient.suffers({
			provoke: ['alter table leads add constraint value_positive check (value >= 0) not valid'],
			object: 'constraint value_positive of public.leads',
			severity: 'warn',
			found: /never checked/,
		});
		await patient.suffers({
			provoke: ['alter table leads disable trigger leads_log_created'],
			object: 'trigger leads_log_created of public.leads',
			severity: 'problem',
			found: /switched off/,
		});
		await patient.sql`insert into organizations (name, slug) values ('same', 'a'), ('same', 'b')`;
		await patient.sql`create unique index concurrently one_name on organizations (name)`.catch(
			() => undefined,
		);
		await patient.sql`update organizations set name = slug`;
		await patient.suffers({
			provoke: [],
			object: 'index public.one_name',
			severity: 'problem',
			found: /is invalid/,
		});
	});
});
