import type postgres from 'postgres';
import type { SeededOrganization } from '../../../setup/database';
import type { Ids } from './reference';

/** Stands in every text of the other organization: where it comes out, tenancy has a hole. */
export const THEIR_SECRET = 'Theirs-4711';

/** Empties the organization, but for its users. */
export async function clear(owner: postgres.Sql, { id }: SeededOrganization): Promise<void> {
	for (const table of ['leads', 'campaigns', 'workflows', 'activity_logs']) {
		await owner`delete from ${owner(table)} where organization_id = ${id}`;
	}
}

/** Makes sure that the organization has some rows of every kind, and returns the ids of the newest. */
export async function stockUp(owner: postgres.Sql, { id, slug, userIds }: SeededOrganization): Promise<Ids> {
	const [author] = userIds;
	if (author === undefined) throw new Error('The organization needs users');
	const text = slug === 'acme' ? 'Ours' : THEIR_SECRET;
	const missing = async (table: string) => {
		const [row] = await owner<{ missing: number }[]>`
			select greatest(20 - count(*), 0)::int as missing
			from ${owner(table)}
			where organization_id = ${id}`;
		return row?.missing ?? 0;
	};
	await owner`
		insert into leads (email, first_name, last_name, company, assigned_to_id, organization_id)
		select format('lead%s@example.com', n), ${text}, ${text}, ${text}, ${author}::int, ${id}::int
		from generate_series(1, ${await missing('leads')}::int) n`;
	await owner`
		insert into communications (lead_id, communication_type, direction, subject, content, status, scheduled_at)
		select id, 'email', 'outbound', ${text}, ${text}, 'scheduled', now() + interval '1 year'
		from leads
		where organization_id = ${id}
		order by id desc
		limit ${await missing('communications')}`;
	await owner`
		insert into lead_notes (lead_id, user_id, content)
		select id, ${author}::int, ${text}
		from leads
		where organization_id = ${id}
		order by id desc
		limit ${await missing('lead_notes')}`;
	await owner`
		insert into campaigns (organization_id, name, created_by)
		select ${id}::int, format('%s %s', ${text}::text, gen_random_uuid()), ${author}::int
		from generate_series(1, ${await missing('campaigns')}::int)`;
	await owner`
		insert into workflows (organization_id, n8n_workflow_id, name, created_by)
		select ${id}::int, gen_random_uuid()::text, format('%s %s', ${text}::text, gen_random_uuid()), ${author}::int
		from generate_series(1, ${await missing('workflows')}::int)`;
	const [ids] = await owner<[Ids]>`
		select
			(${newest(owner, 'leads', id)}) as lead,
			(${newest(owner, 'communications', id)}) as communication,
			(${newest(owner, 'lead_notes', id)}) as note,
			(${newest(owner, 'campaigns', id)}) as campaign,
			(${newest(owner, 'workflows', id)}) as workflow,
			(${newest(owner, 'users', id)}) as user`;
	return ids;
}

function newest(owner: postgres.Sql, table: string, organizationId: number) {
	return owner`
		select json_agg(newest.id order by newest.id)
		from (
			select id
			from ${owner(table)}
			where organization_id = ${organizationId}
			order by id desc
			limit 40
		) newest`;
}

/** A fingerprint of everything that an operation could have changed, in any organization. */
export async function fingerprint(owner: postgres.Sql): Promise<string> {
	const tables = await owner<{ name: string }[]>`
		select c.oid::regclass::text as name
		from pg_class c
		where c.relkind in ('r', 'p')
			and not c.relispartition
			and c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
			and exists (
				select
				from pg_attribute a
				where a.attrelid = c.oid
					and a.attname = 'organization_id'
			)
		order by 1`;
	const sums = tables.map(
		({ name }) =>
			owner`select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${owner.unsafe(name)} t`,
	);
	const results = await Promise.all(sums);
	return tables.map(({ name }, position) => `${name} ${String(results[position]?.[0]?.sum)}`).join('\n');
}
