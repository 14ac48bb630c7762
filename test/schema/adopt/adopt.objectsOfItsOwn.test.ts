import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listCommunications } from '../../../db/communication/list';
import { scheduleCommunications } from '../../../db/communication/write';
import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { adopt, type AdoptReport } from '../../../schema/adopt/adopt';
import { DEFAULT_THRESHOLDS } from '../../../schema/doctor/finding';
import { partitions } from '../../../schema/doctor/partitions';
import { asSuperuser, createOtherDatabase, type OtherDatabase } from './otherProgram';

/** What programs have beside the document: triggers, keys and tables of their own, and rows twice. */
const OBJECTS = `
	insert into campaigns (organization_id, name) values (1, 'Autumn');
	alter table campaign_leads drop constraint campaign_leads_pkey;
	alter table campaign_leads add column id serial primary key;
	insert into campaign_leads (campaign_id, lead_id) values (1, 4), (1, 4), (1, 8);
	create table change_log (id serial primary key, what text);
	create function write_change_log() returns trigger language plpgsql as $$
	begin
		insert into change_log (what) values (tg_op);
		return null;
	end $$;
	create trigger leads_write_change_log after insert or update or delete on leads
	for each row execute function write_change_log();
	create function tidy() returns trigger language plpgsql as $$
	begin
		-- Rows of leads: insert nothing.
		if tg_op = 'UPDATE' then new.notes := nullif(trim(new.notes), 'leads'); end if;
		return new;
	end $$;
	create trigger leads_tidy before insert or update on leads for each row execute function tidy();
	create table archived_leads (archived_at timestamptz) inherits (leads);
	create materialized view activity_by_lead as select lead_id, count(*) from activity_logs group by lead_id;
	alter table organizations alter column settings type json using settings::json;`;

describe('what the other program has beside the document', () => {
	let other: OtherDatabase;
	let program: postgres.Sql;
	let report: AdoptReport;

	beforeAll(async () => {
		other = await createOtherDatabase('document', { leads: 500, communications: 500 });
		program = postgres(other.roleUrl, { max: 1, onnotice: () => undefined });
		await program.unsafe(OBJECTS);
	}, 120_000);
	afterAll(async () => {
		await program.end();
		await other.drop();
	});

	it('has to be answered first where its work or ours would fail', async () => {
		const { findings } = await adopt(other.adminUrl, { platformRoles: [other.role] });
		const blocking = findings.filter(({ severity }) => severity === 'blocks');
		expect(blocking.map(({ rule, object }) => `${rule} ${object}`).sort()).toEqual([
			'activity_cannot_be_partitioned public.activity_logs',
			'json_not_jsonb public.organizations.settings',
			'table_inherits public.archived_leads',
			'trigger_needs_rights public.leads.leads_write_change_log',
		]);
		for (const { rule, remedy } of blocking) {
			if (rule === 'activity_cannot_be_partitioned')
				await program.unsafe('drop materialized view activity_by_lead');
			else await program.unsafe(remedy.replace(/[;,] (?:it then|what reads|when its).*$/, ''));
		}
		report = await adopt(other.adminUrl, { apply: true, platformRoles: [other.role] });
		expect(report.remaining).toEqual([]);
	}, 120_000);

	it('keeps rows that are there twice, without a key over them', async () => {
		expect(report.findings.map(({ rule, object }) => `${rule} ${object}`)).toContain(
			'duplicate_values public.campaign_leads (organization_id, campaign_id, lead_id)',
		);
		const again = await adopt(other.adminUrl, { apply: true });
		expect(again.status).toBe('already adopted');
		await program`delete from campaign_leads a using campaign_leads b where a.lead_id = b.lead_id and a.id > b.id`;
		const mended = await adopt(other.adminUrl, { apply: true });
		expect(mended.remaining).toEqual([]);
		const [key] = await program`
			select count(*)::int from pg_constraint where conname = 'campaign_leads_campaign_id_lead_id_key'`;
		expect(key).toEqual({ count: 1 });
	}, 120_000);

	it('keeps the keys that the program upserts by', async () => {
		const upsert = () => program`
			insert into workflows (organization_id, n8n_workflow_id, name)
			values (1, 'wf-upsert', 'Intake')
			on conflict (n8n_workflow_id) do update
			set name = excluded.name
			returning id`;
		const [first] = await upsert();
		expect(await upsert()).toEqual([first]);
		expect(report.findings.map(({ rule, object }) => `${rule} ${object}`)).toContain(
			'unique_over_organizations public.workflows (n8n_workflow_id)',
		);
	});

	it('lets its triggers do their work for writes of both', async () => {
		const [before] = await program`select count(*)::int from change_log`;
		// Changes the contact dates of the lead, by a function of LMA.
		await program`
			insert into communications (lead_id, communication_type, direction, status, completed_at)
			values (4, 'call', 'outbound', 'completed', now())`;
		await program`delete from leads where id = 12`;
		const [after] = await program`select count(*)::int from change_log`;
		expect(after!.count - before!.count).toBe(2);
	});

	it('can be scheduled in, listed, and looked after', async () => {
		await asSuperuser(
			other.adminUrl,
			(sql) => sql`create role ${sql(`${other.role}_node`)} login password 'node' in role lma_app`,
		);
		const sql = connect(
			Object.assign(new URL(other.adminUrl), { username: `${other.role}_node`, password: 'node' }).toString(),
			{ max: 1 },
		);
		try {
			await inOrganization(sql, 'org-1', (tx) =>
				scheduleCommunications(tx, [
					{
						leadId: 4,
						communicationType: 'sms',
						content: 'x',
						scheduledAt: new Date(Date.now() + 60_000).toISOString(),
					},
				]),
			);
			const listed = await inOrganization(sql, 'org-1', (tx) => listCommunications(tx, { leadId: 4 }));
			expect(listed.length).toBeGreaterThan(0);
		} finally {
			await sql.end();
			await asSuperuser(other.adminUrl, (admin) => admin`drop role ${admin(`${other.role}_node`)}`);
		}
		const found = await asSuperuser(other.adminUrl, (admin) => partitions.run(admin, DEFAULT_THRESHOLDS));
		expect(found.filter(({ severity }) => severity === 'problem')).toEqual([]);
	});
});
