import type { Sql } from '../../db/connection/client';
import { type Check, orFine } from './finding';
import { ourSchemas, relationName } from './scope';

/** Tables and views of LMA that are not lma_owner's: their owner may switch row security off, and migrations stop at them. */
export const owners: Check = {
	name: 'owners',
	async run(sql: Sql) {
		const strangers = await sql<{ kind: 'table' | 'view'; relation: string; owner: string }[]>`
			select
				case c.relkind when 'v' then 'view' else 'table' end as kind,
				${relationName(sql, 'c')} as relation,
				quote_ident(pg_get_userbyid(c.relowner)) as owner
			from pg_class c
			where c.relkind in ('r', 'p', 'v')
				and ${ourSchemas(sql, 'c.relnamespace')}
				and c.relowner <> 'lma_owner'::regrole
				and (
					c.relnamespace = 'lma'::regnamespace
					or c.oid in (
						to_regclass('public.v_lead_summary'),
						to_regclass('public.v_organization_metrics'),
						to_regclass('public.v_user_productivity')
					)
					-- Tables of others in the same schema have no policy for lma_owner.
					or exists (
						select
						from pg_policy p
						where p.polrelid = c.oid
							and 'lma_owner'::regrole = any(p.polroles::regrole[])
					)
				)
			order by 2`;
		return orFine(
			strangers.map(({ kind, relation, owner }) => ({
				severity: 'problem',
				object: relation,
				found: `belongs to ${owner}, who can switch row security off; lma migrate refuses to run because of it`,
				remedy: `alter ${kind} ${relation} owner to lma_owner;`,
			})),
			'tables and views of LMA',
			'all belong to lma_owner',
		);
	},
};
