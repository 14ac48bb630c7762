import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { openPatient, type Patient } from './patient';

describe('lma doctor finds', () => {
	let patient: Patient;

	beforeAll(async () => {
		patient = await openPatient();
		await patient.sql.unsafe(`
			alter table lead_notes set (autovacuum_enabled = false);
			insert into organizations (name, slug) values ('acme', 'acme');
			insert into leads (organization_id, email, first_name, last_name)
			select id, 'lead@acme.test', '', '' from organizations;
			select pg_stat_force_next_flush()`);
	});
	afterAll(() => patient.close());

	const writeNotes = (rows: number, content: string) => `
		insert into lead_notes (organization_id, lead_id, content)
		select organization_id, id, ${content} from leads, generate_series(1, ${rows}) as n;
		select pg_stat_force_next_flush()`;

	it('tables never analyzed, no longer analyzed, full of dead rows', async () => {
		await patient.suffers({
			provoke: [writeNotes(20_000, `'note'`)],
			object: 'public.lead_notes',
			severity: 'warn',
			found: /20,000 rows, and never analyzed/,
		});
		await patient.suffers({
			provoke: ['alter table lead_notes set (autovacuum_enabled = false)', writeNotes(20_000, `'note'`)],
			object: 'public.lead_notes',
			severity: 'warn',
			found: /20,000 rows of 40,000 changed since the last analyze/,
		});
		await patient.suffers({
			provoke: [
				'alter table lead_notes set (autovacuum_enabled = false)',
				`delete from lead_notes where id > 5000; select pg_stat_force_next_flush()`,
			],
			object: 'public.lead_notes',
			severity: 'warn',
			found: /35,000 dead rows beside 5,000 live ones/,
		});
	});

	it('tables and indexes that are mostly empty', async () => {
		await patient.sql.unsafe(`
			alter table lead_notes set (autovacuum_enabled = false);
			create index notes_by_content on lead_notes (content);
			${writeNotes(40_000, [1, 2, 3, 4, 5, 6, 7, 8].map((part) => `md5(n || '.${part}')`).join(' || '))}`);
		await patient.sql`analyze lead_notes`;
		const full = await patient.complaints();
		expect(full.filter(({ check }) => check === 'bloat')).toEqual([]);
		await patient.sql`delete from lead_notes where id % 20 <> 0`;
		await patient.sql`vacuum (analyze) lead_notes`;
		// The index first: a full vacuum of the table would mend it along with it.
		await patient.suffers({
			provoke: [],
			object: 'index public.notes_by_content',
			severity: 'warn',
			found: /about \d+ MB of \d+ MB are empty/,
		});
		await patient.suffers({
			provoke: [],
			object: 'public.lead_notes',
			severity: 'warn',
			found: /about \d+ MB of \d+ MB are empty, with 2,\d{3} rows in it/,
		});
	});

	it('partitions that are due, and rows that found none', async () => {
		const [later] = await patient.sql<{ name: string }[]>`
			select 'activity_logs_' || to_char((now() at time zone 'UTC') + interval '2 months', 'YYYY_MM') as name`;
		await patient.suffers({
			provoke: [`drop table ${later!.name}`],
			object: 'public.activity_logs',
			severity: 'warn',
			found: /no partition for/,
		});
		const [current] = await patient.sql<{ name: string }[]>`
			select 'activity_logs_' || to_char(now() at time zone 'UTC', 'YYYY_MM') as name`;
		await patient.sql.unsafe(`drop table ${current!.name}; update leads set score = 5`);
		expect(await patient.complaints('public.activity_logs')).toMatchObject([{ severity: 'problem' }]);
		await patient.suffers({
			provoke: [],
			object: 'public.activity_logs_default',
			severity: 'warn',
			found: /^1 rows? of/,
		});
		await patient.suffers({
			provoke: [
				`insert into activity_logs (organization_id, activity_type, created_at)
				select id, 'lead.created', '2020-02-29T23:59:59Z' from organizations`,
			],
			object: 'public.activity_logs_default',
			severity: 'warn',
			found: /^1 rows? of 2020-02/,
		});
		// The partition made for them is like every other.
		const alike = await patient.sql`
			select distinct relrowsecurity, relforcerowsecurity, reloptions
			from pg_class
			where relname ~ '^activity_logs_\\d{4}_\\d\\d$'`;
		expect(alike).toHaveLength(1);
		expect(await patient.complaints('public.activity_logs')).toEqual([]);
	});

	it('totals that are not those of the rows', async () => {
		await patient.sql`alter table leads disable trigger user`;
		await patient.sql`update leads set score = 42`;
		await patient.sql`alter table leads enable trigger user`;
		await patient.suffers({
			provoke: [],
			object: 'totals of organization acme',
			severity: 'problem',
			found: /differ from its rows by 3\d/,
		});
	});

	it('ids that run out', async () => {
		await patient.suffers({
			provoke: [`select setval('scoring_rules_id_seq', 2000000000)`],
			object: 'sequence public.scoring_rules_id_seq',
			severity: 'problem',
			found: /2,000,000,000 of 2,147,483,647 ids of scoring_rules.id/,
		});
		await patient.suffers({
			provoke: [`select setval('lead_notes_id_seq', 1600000000)`],
			object: 'sequence public.lead_notes_id_seq',
			severity: 'warn',
			found: /1,600,000,000 of/,
		});
	});

	it('transactions that hold up events, and rows nobody froze', { timeout: 60_000 }, async () => {
		const other = connect(patient.database.ownerUrl, { max: 1 });
		const forgotten = await other.reserve();
		await forgotten`begin`;
		await forgotten`select pg_current_xact_id()`;
		const [{ pid }] = (await forgotten`select pg_backend_pid() as pid`) as unknown as [{ pid: number }];
		// While it is open nothing can be frozen, so that autovacuum does not come first.
		await patient.sql`alter table campaigns set (autovacuum_freeze_max_age = 100000)`;
		await patient.sql.unsafe(
			`do $$ begin for n in 1..170000 loop perform pg_current_xact_id(); commit; end loop; end $$`,
		);
		expect(await patient.complaints('campaigns')).toMatchObject([
			{ severity: 'warn', found: expect.stringMatching(/\d\.\d\d million transactions old/) as string },
		]);

		const url = new URL(patient.database.ownerUrl);
		const object = `connection ${pid} of ${url.username} in ${url.pathname.slice(1)}`;
		expect(await patient.complaints(object)).toEqual([]);
		await patient.suffers({
			provoke: [],
			object,
			severity: 'problem',
			found: /idle in transaction: no later event is delivered/,
			thresholds: { openTransactionSeconds: 0.001 },
		});
		await other.end({ timeout: 0 });
		for (const { remedy } of await patient.complaints('campaigns')) await patient.sql.unsafe(remedy!);
		expect(await patient.complaints('campaigns')).toEqual([]);
	});
});
