import postgres from 'postgres';

/** Leads in the large organization, and in all the others together. */
const LARGE = 30_000;

/**
 * Fills a migrated database with one organization, `large`, of 30,000 leads and 120,000 communications, and 60 others that share
 * as many. The large one has no hot leads and none that were lost; every third of its leads is tagged `newsletter`, every 3,000th `vip`. Into every tenth lead
 * another was merged, whose address was `gone1@x.test` and so on in `large`, and the same ones in the others. Events and totals are left out.
 */
export async function fillDataset(ownerUrl: string): Promise<void> {
	const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
	try {
		// What has not reached the log yet, the vacuum below leaves marked as perhaps not visible to all.
		await sql.unsafe(`
			set synchronous_commit = on;
			set session_replication_role = replica;
			insert into organizations (name, slug)
			select 'Organization ' || n, case n when 1 then 'large' else 'small-' || n end
			from generate_series(1, 61) n;
			insert into users (email, username, first_name, last_name, hashed_password, organization_id)
			select 'user' || n || '@x.test', 'user' || n, 'User', 'Number ' || n, '!', case when n <= 60 then 1 else n % 60 + 2 end
			from generate_series(1, 180) n;
			insert into leads (
				organization_id, email, first_name, last_name, company, lead_temperature, status, source, score, tags,
				custom_fields, assigned_to_id, created_at, first_contacted_at)
			select
				case when n % 2 = 0 then 1 else n % 60 + 2 end,
				'lead' || n || '@firm' || n % 700 || '.test', 'First' || n % 90, 'Last' || n % 4000, 'Company ' || n % 700,
				(array['warm', 'cold', case n % 2 when 1 then 'hot' else 'cold' end])[1 + n % 3]::lead_temperature_enum,
				(enum_range(null::lead_status_enum))[1 + (n / 2) % 6],
				(enum_range(null::lead_source_enum))[1 + (n / 2) % 8],
				(n / 2) % 101,
				case when n % 3000 = 0 then '["vip"]'::jsonb when n % 3 = 0 then '["newsletter"]' end,
				jsonb_build_object('industry', (array['retail', 'steel'])[1 + (n / 2) % 2], 'employees', (n / 2) % 5000),
				case when n % 2 = 0 and n % 10 <> 0 then 1 + (n / 2) % 60 end,
				now() - make_interval(mins => n),
				case when n % 4 = 0 then now() end
			from generate_series(1, ${2 * LARGE}) n;
			insert into communications (
				organization_id, lead_id, user_id, communication_type, direction, status, scheduled_at, dispatch_at, created_at)
			select
				l.organization_id, l.id, l.assigned_to_id, (enum_range(null::communication_type_enum))[1 + n % 5], 'outbound',
				case when l.id % 100 = 0 and n = 1 then 'scheduled' when l.id % 500 in (1, 2) and n = 1 then 'failed' else 'completed' end
					::communication_status_enum,
				case when l.id % 100 = 0 and n = 1 then now() + make_interval(mins => l.id) end,
				case when l.id % 100 = 0 and n = 1 then now() + make_interval(mins => l.id) end,
				l.created_at + make_interval(hours => n)
			from leads l
			cross join generate_series(1, 4) n;
			insert into lead_notes (organization_id, lead_id, user_id, content, created_at)
			select organization_id, id, assigned_to_id, 'A note', created_at
			from leads
			where id % 2 = 0;
			insert into campaigns (organization_id, name, status, start_date, target_criteria)
			select 1 + n % 61, 'Campaign ' || n, (array['active', 'draft', 'completed'])[1 + n % 3]::campaign_status_enum,
				'2026-01-01', '{"minScore": 40}'
			from generate_series(1, 3660) n;
			insert into campaign_leads (organization_id, campaign_id, lead_id, status)
			select c.organization_id, c.id, l.id, case when l.id % 10 = 2 then 'responded' else 'active' end
			from campaigns c
			join leads l on l.organization_id = c.organization_id
			where c.id <= 61
				and l.id % 20 <> 0;
			insert into lma.lead_merges (organization_id, survivor_id, current_lead_id, survivor_before, survivor_after)
			select
				organization_id, id, id,
				case when id % 3 = 0 then jsonb_build_object('email', 'before' || (id + 1) / 2 || '@x.test') else '{}' end,
				case when id % 3 = 0 then jsonb_build_object('email', email) else '{}' end
			from leads
			where id <= 6000;
			insert into lma.merged_leads (organization_id, lead_id, merge_id, lead)
			select
				organization_id, survivor_id + ${2 * LARGE}, id,
				jsonb_build_object('id', survivor_id + ${2 * LARGE}, 'email', 'gone' || (survivor_id + 1) / 2 || '@x.test')
			from lma.lead_merges;
		`);
		await sql`vacuum analyze`;
	} finally {
		await sql.end();
	}
}
