import type postgres from 'postgres';

import type { OrganizationShare } from './distribution';

/** How the slug of a generated organization is made from its id. */
export const slugOf = (organizationId: number) => `organization-${organizationId}`;

/** Campaigns of the largest organization; the others have some in proportion to their leads. */
const LARGEST_CAMPAIGNS = 100;

/** How many campaigns an organization has, and the id of the first. Same order as the shares. */
export function shareCampaigns(shares: readonly OrganizationShare[]): { count: number; first: number }[] {
	const largest = shares[0]?.leads ?? 1;
	let first = 1;
	return shares.map(({ leads }) => {
		const count = Math.max(1, Math.round((LARGEST_CAMPAIGNS * leads) / largest));
		const share = { count, first };
		first += count;
		return share;
	});
}

/**
 * Inserts organizations, their users, campaigns and workflows, triggers on, so that everything is set up which belongs
 * to an organization.
 */
export async function insertOrganizations(
	sql: postgres.Sql,
	shares: readonly OrganizationShare[],
): Promise<void> {
	const campaigns = shareCampaigns(shares);
	const input = sql.json(
		shares.map(({ id, users, firstUser }, index) => ({
			id,
			slug: slugOf(id),
			users,
			first_user: firstUser,
			campaigns: campaigns[index]?.count ?? 0,
			first_campaign: campaigns[index]?.first ?? 0,
		})),
	);
	const organization = sql`jsonb_to_recordset(${input}) as o(
		id int, slug text, users int, first_user int, campaigns int, first_campaign int)`;
	await sql`
		insert into organizations (id, name, slug, subscription_tier, created_at)
		select
			o.id,
			format('%s %s %s', bench.company_word(bench.unit(o.id, 101)), bench.company_kind(bench.unit(o.id, 102)), o.id),
			o.slug,
			(array['enterprise', 'professional', 'free'])[1 + width_bucket(o.id::float8, array[10, 200]::float8[])],
			bench.today() - interval '720 days'
		from ${organization}
		order by o.id`;
	await sql`
		insert into users (id, email, username, first_name, last_name, role, hashed_password, organization_id, created_at)
		select
			o.first_user + n, format('user%s@%s.example', n, o.slug), format('%s-user%s', o.slug, n),
			bench.first_name(bench.unit(o.first_user + n, 103)), bench.last_name(bench.unit(o.first_user + n, 104)),
			(case n when 0 then 'ADMIN' when 1 then 'MANAGER' else 'SALES_REP' end)::user_role_enum, '!', o.id,
			bench.today() - interval '700 days'
		from ${organization}
		cross join generate_series(0, o.users - 1) n
		order by 1`;
	await sql`
		insert into campaigns (id, organization_id, name, status, created_by, created_at)
		select o.first_campaign + n, o.id, format('Campaign %s', n + 1),
			(array['active', 'completed', 'draft'])[1 + n % 3]::campaign_status_enum, o.first_user,
			bench.today() - interval '600 days'
		from ${organization}
		cross join generate_series(0, o.campaigns - 1) n
		order by 1`;
	await sql`
		insert into workflows (organization_id, n8n_workflow_id, name, is_active, created_by, created_at)
		select o.id, format('%s-%s', o.slug, n), format('Workflow %s', n), n % 4 > 0, o.first_user,
			bench.today() - interval '600 days'
		from ${organization}
		cross join generate_series(1, 1 + (o.id * 7) % 10) n
		order by o.id, n`;
}
