import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { adopt, type AdoptReport } from '../../../schema/adopt/adopt';
import { migrate } from '../../../schema/migration/migrate';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { describeDatabase } from './describeCatalogue';
import {
	asSuperuser,
	checksums,
	columnsOf,
	createOtherDatabase,
	type Flavour,
	type OtherDatabase,
} from './otherProgram';

const SIZE = { leads: 3_000, communications: 6_000 };

/** What a flavour has left on top of `rows.sql`. */
const LEFTOVERS: Record<Flavour, string> = {
	document: `
		insert into lead_notes (lead_id, user_id, content, created_at)
		select n, 4 + n % 4, 'note ' || n, now() - interval '1 year' from generate_series(1, 500) n;
		insert into activity_logs (lead_id, user_id, activity_type, description, created_at)
		select case when n % 5 > 0 then n end, 4 + n % 4, 'viewed', 'page ' || n, now() - n * interval '1 hour'
		from generate_series(1, 3000) n;
		insert into campaigns (organization_id, name, created_by) values (1, 'Autumn', 4), (2, 'Spring', 5);
		insert into campaign_leads select 1, n * 4 from generate_series(1, 50) n;
		insert into workflows (organization_id, n8n_workflow_id, name) values (1, 'wf-1', 'Intake'), (2, 'wf-2', 'Intake');
		update leads set status = 'ARCHIVED' where id in (10, 20);
		update leads set custom_fields = (select jsonb_agg('1e131071'::jsonb) from generate_series(1, 130)) where id = 30;
		update lead_notes set content = repeat('x', 16777217) where id = 7`,
	orm: `
		insert into communications (lead_id, communication_type, direction, comm_metadata, created_at, updated_at)
		values (999999, 'email', 'inbound', '{}', now(), now())`,
	text: `
		insert into communications (lead_id, communication_type, direction) values (999999, 'email', 'inbound');
		update users set email = 'user1@lma.test' where id = 2;
		insert into lead_notes (lead_id, author_name, note_text, created_at) select n, 'A', 'text', now() from generate_series(1, 300) n;
		insert into activity_logs (lead_id, activity_type, details, created_at)
		select n, 'viewed', '{"a": 1}', now() - n * interval '1 hour' from generate_series(1, 2000) n`,
};

/** Rows of these that hold more than can be written. */
const TOO_LARGE: Record<Flavour, { object: string; count: number; ids: number[] }[]> = {
	document: [
		{ object: 'public.leads.leads_sizes_in_range', count: 1, ids: [30] },
		{ object: 'public.lead_notes.lead_notes_sizes_in_range', count: 1, ids: [7] },
	],
	orm: [],
	text: [],
};

describe.each<Flavour>(['document', 'orm', 'text'])('a database of another program (%s)', (flavour) => {
	let other: OtherDatabase;
	let fresh: TestDatabase;
	let columns: Record<string, string[]>;
	let before: Record<string, string>;
	let seen: unknown;
	let report: AdoptReport;
	let program: postgres.Sql;

	/** What the program reads of its tables, by its own login. */
	const counts = async () => {
		const rows: unknown[] = [];
		for (const table of Object.keys(columns)) {
			rows.push(await program`select ${table} as table, count(*)::int from ${program(table)}`);
		}
		return rows;
	};

	beforeAll(async () => {
		other = await createOtherDatabase(flavour, SIZE);
		fresh = await createTestDatabase();
		await asSuperuser(other.adminUrl, (sql) => sql.unsafe(LEFTOVERS[flavour]));
		columns = await columnsOf(other.adminUrl);
		before = await checksums(other.adminUrl, columns);
		program = postgres(other.roleUrl, { max: 1, onnotice: () => undefined });
		seen = await counts();
	}, 120_000);
	afterAll(async () => {
		await program.end();
		await other.drop();
		await fresh.drop();
	});

	it('is not changed by a dry run, which says who would be blinded', async () => {
		const catalogue = await describeDatabase(other.adminUrl);
		const planned = await adopt(other.adminUrl);
		expect(planned.status).toBe('planned');
		expect(
			planned.findings.filter(({ severity }) => severity === 'blocks').map(({ object }) => object),
		).toEqual([other.role]);
		const sizes = planned.findings.filter(({ object }) => object.endsWith('_sizes_in_range'));
		expect(sizes.map(({ object, count, ids }) => ({ object, count, ids }))).toEqual(TOO_LARGE[flavour]);
		expect(await describeDatabase(other.adminUrl)).toEqual(catalogue);
		expect(await checksums(other.adminUrl, columns)).toEqual(before);
		const [left] = await asSuperuser(
			other.adminUrl,
			(sql) =>
				sql`select count(*)::int from pg_database where datname like 'lma\\_reference\\_%' and datname = 'lma_reference_' || (select oid from pg_database where datname = current_database())`,
		);
		expect(left).toEqual({ count: 0 });
	}, 120_000);

	it('is not adopted before the role is answered for', async () => {
		await expect(adopt(other.adminUrl, { apply: true })).rejects.toThrow(other.role);
		expect(await checksums(other.adminUrl, columns)).toEqual(before);
	}, 120_000);

	it('keeps every row and every value', async () => {
		report = await adopt(other.adminUrl, { apply: true, platformRoles: [other.role] });
		expect(report.remaining).toEqual([]);
		expect(await checksums(other.adminUrl, columns)).toEqual(before);
	}, 120_000);

	it('is then like a fresh one, but for what the report declares', async () => {
		const [wanted, found] = [await describeDatabase(fresh.ownerUrl), await describeDatabase(other.adminUrl)];
		const missing = [...wanted].filter((line) => !found.has(line)).map(summary);
		expect([...new Set(missing)].sort()).toMatchSnapshot();
		// Nobody of ours may more than there.
		const more = [...found].filter((line) => /^grant .* lma_|^policy/.test(line) && !wanted.has(line));
		expect(more.filter((line) => !line.includes(other.role) && !/_seq .*USAGE/.test(line))).toEqual([]);
	});

	it('shows the program what it saw before', async () => {
		expect(await counts()).toEqual(seen);
	});

	it('takes what the program writes in the columns of the document', async () => {
		await program`
			insert into leads (
				email, first_name, last_name, lead_temperature, status, source, score, created_at, updated_at, organization_id
			)
			values ('New@Lead.test', 'N', 'Ew', 'hot', 'NEW', 'EMAIL', 5, now(), now(), 2)`;
		await program`
			insert into communications (
				lead_id, communication_type, direction, status, comm_metadata, completed_at, created_at, updated_at
			)
			select id, 'email', 'outbound', 'completed', '{}', now(), now(), now() from leads where email = 'New@Lead.test'`;
		const [row] = await program`
			select c.organization_id, l.email_key, l.last_contacted_at is not null as contacted
			from communications c
			join leads l on l.id = c.lead_id
			where l.email = 'New@Lead.test'`;
		expect(row).toEqual({ organization_id: 2, email_key: 'new@lead.test', contacted: true });
		await program`update leads set email = 'Other@Lead.test' where email = 'New@Lead.test'`;
		const [changed] = await program`select email_key from leads where email = 'Other@Lead.test'`;
		expect(changed).toEqual({ email_key: 'other@lead.test' });
		// Rows that break a rule stay changeable.
		await program`update leads set first_name = 'X' where score = 150 or assigned_to_id = 40`;
		await program`update communications set status = 'failed' where lead_id = 999999`;
		if (flavour !== 'orm') {
			await program`insert into activity_logs (lead_id, activity_type) values (3, 'viewed'), (null, 'login')`;
			const [logged] = await program`
				select count(*)::int from activity_logs where activity_type in ('viewed', 'login') and created_at > now() - interval '1 minute'`;
			expect(logged).toEqual({ count: 2 });
			await program`insert into workflows (organization_id, n8n_workflow_id, name) values (1, 'wf-new', 'New')`;
			await program`insert into campaigns (organization_id, name, status) values (1, 'New', 'active')`;
		}
		if (flavour === 'document') {
			await program`insert into lead_notes (lead_id, user_id, content) values (3, 7, 'hello')`;
			await program`insert into campaign_leads (campaign_id, lead_id) values (1, 208)`;
			const [dependent] = await program`select count(*)::int as count from recent_activity`;
			expect(dependent!.count).toBeGreaterThan(2400);
			const [board] = await program`select sum(leads)::int as leads from sales_board`;
			expect(board).toEqual({ leads: SIZE.leads + 1 });
		}
	});

	it('shows each organization its own rows, in tables and views, with totals that are right', async () => {
		await asSuperuser(other.adminUrl, async (sql) => {
			for (const organization of [1, 2]) {
				await sql.begin(async (tx) => {
					await tx`set local role lma_app`;
					await tx`select lma.use_organization(${`org-${organization}`})`;
					const [tables] = await tx`
						select
							(select count(*)::int from leads where organization_id <> ${organization}) as leads,
							(select count(*)::int from communications c where organization_id is distinct from ${organization}) as communications,
							(select count(*)::int from activity_logs where organization_id is distinct from ${organization}) as logs`;
					expect(tables).toEqual({ leads: 0, communications: 0, logs: 0 });
					const [metrics] =
						await tx`select total_leads::int, total_communications::int from v_organization_metrics`;
					const [counted] = await tx`
						select (select count(*)::int from leads) as total_leads, (select count(*)::int from communications) as total_communications`;
					expect(metrics).toEqual(counted);
				});
			}
			const drift = await sql`select d.* from organizations o, lma.totals_drift(o.id) d`;
			expect([...drift]).toEqual([]);
			await sql.begin(async (tx) => {
				await tx`set local role lma_app`;
				expect([...(await tx`select 1 from leads`)]).toEqual([]);
			});
		});
	});

	it('goes on with lma migrate, and a second adoption has nothing to do', async () => {
		expect((await migrate(other.adminUrl)).applied).toEqual([]);
		expect((await adopt(other.adminUrl)).steps).toEqual([]);
		expect((await adopt(other.adminUrl, { apply: true })).status).toBe('already adopted');
	}, 120_000);

	it('gets what was left out once the rows are mended', async () => {
		await asSuperuser(other.adminUrl, async (sql) => {
			await sql`update leads set score = 100 where score > 100`;
			if (flavour === 'document') {
				await sql`update leads set custom_fields = null where id = 30`;
				await sql`update lead_notes set content = 'shorter' where id = 7`;
			}
			await program`delete from communications where lead_id = 999999`;
			await sql`
				update leads l set assigned_to_id = null
				where assigned_to_id is not null
					and not exists (select from users u where u.id = l.assigned_to_id and u.organization_id = l.organization_id)`;
		});
		const again = await adopt(other.adminUrl, { apply: true });
		expect(again.status).toBe('adopted');
		expect(again.remaining).toEqual([]);
		expect(again.findings.filter(({ rule }) => /violated|missing_reference|empty_value/.test(rule))).toEqual(
			[],
		);
	}, 120_000);
});

/** The first words: definitions are long. */
function summary(line: string): string {
	return line.length > 140 ? `${line.slice(0, 140)}…` : line;
}
