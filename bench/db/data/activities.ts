import type postgres from 'postgres';

import type { Scale } from '../scale';

/** The generated audit trail reaches this far back. */
const ACTIVITY_DAYS = 100;
const TRANSACTIONS = 20_000;

/**
 * The statement that inserts activity rows `$1` to `$2` of the scale, in the order of the transactions from
 * `firstTransaction` on.
 */
export function activitiesStatement(scale: Scale, firstTransaction: number): string {
	const all = scale.activities;
	return `
		insert into public.activity_logs (
			id, organization_id, lead_id, user_id, activity_type, activity_metadata, n8n_workflow_id, n8n_execution_id,
			transaction_id, created_at
		)
		select
			n, bench.organization_of(lead_id), lead_id, bench.owner_of(lead_id),
			('{communication.logged,lead.updated,lead.scored,lead.created,lead.statusChanged,lead.assigned}'::text[])[
				1 + width_bucket(bench.unit(n, 71), '{0.5,0.65,0.78,0.88,0.95}'::float8[])],
			'{"before": {"status": "NEW"}, "after": {"status": "CONTACTED"}}', 'workflow-' || n % 10, (n / 20)::text,
			(${firstTransaction} + n * ${TRANSACTIONS} / ${all + 1})::text::xid8,
			bench.moment(n, ${all}, ${ACTIVITY_DAYS})
		from (
			select n, 1 + floor(${scale.leads} * bench.unit(n, 72))::int as lead_id
			from generate_series($1::bigint, $2::bigint) n
			offset 0
		) activity`;
}

/**
 * Uses up transaction ids, so that the audit trail can have been written by many transactions. Returns the first of
 * them. Needs a connection of its own: every turn commits.
 */
export async function burnTransactions(sql: postgres.Sql): Promise<number> {
	const [row] = await sql<{ id: string }[]>`select pg_current_xact_id()::text as id`;
	await sql.unsafe(`
		do $$
		begin
			for turn in 1..${TRANSACTIONS} loop
				perform pg_current_xact_id();
				commit;
			end loop;
		end
		$$`);
	return Number(row?.id);
}

/** Gives the months of the generated past a partition each, secured as the migration secures those it makes. */
export async function createPastPartitions(sql: postgres.Sql): Promise<void> {
	await sql.unsafe(`
		do $$
		declare
			month timestamptz := date_trunc('month', bench.today() at time zone 'UTC') at time zone 'UTC';
			name text;
		begin
			while month > bench.today() - interval '${ACTIVITY_DAYS} days' loop
				month := (month at time zone 'UTC' - interval '1 month') at time zone 'UTC';
				name := 'activity_logs_' || to_char(month at time zone 'UTC', 'YYYY_MM');
				continue when to_regclass('public.' || name) is not null;
				execute format('create table public.%I (like public.activity_logs including defaults including constraints)', name);
				execute format('alter table public.%I enable row level security', name);
				execute format('alter table public.%I force row level security', name);
				execute format('create policy owner on public.%I to lma_owner using (true) with check (true)', name);
				execute format('alter table public.%I owner to lma_owner', name);
				execute format('alter table public.activity_logs attach partition public.%I for values from (%L) to (%L)',
					name, month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
			end loop;
		end
		$$`);
}
