import type postgres from 'postgres';

import { literal } from './secret';
import { type Column, listTenantTables, type TenantTable } from './tables';
import type { Tenant } from './world';

/** A function that lma_app may execute. */
export interface Routine {
	name: string;
	isVolatile: boolean;
	/** The type of each argument, as SQL writes it, and whether it may be left out. */
	arguments: { type: string; isOptional: boolean }[];
}

/** Everything that a statement of a tenant may name: found in the catalogue, so that what is new is tried as well. */
export interface Vocabulary {
	tenant: Tenant;
	/** Tables and views of which lma_app may read something. */
	readable: TenantTable[];
	/** Tables of which it may write something. */
	writable: TenantTable[];
	/** The columns of every unique key that it may write into. */
	keys: Map<string, string[][]>;
	routines: Routine[];
	/** Some of the tenant's own values, as SQL writes them, by `table.column`. */
	own: Map<string, string[]>;
}

export async function readVocabulary(sql: postgres.Sql, tenant: Tenant): Promise<Vocabulary> {
	const relations = (await listTenantTables(sql, ['r', 'p', 'v'])).map((table) => ({
		...table,
		columns: table.columns.filter(({ canSelect, canInsert }) => canSelect || canInsert),
	}));
	const readable = relations.filter(({ columns }) => columns.some(({ canSelect }) => canSelect));
	const keys = new Map<string, string[][]>();
	for (const { name, columns } of await sql<{ name: string; columns: string[] }[]>`
		select i.indrelid::regclass::text as name, array_agg(a.attname::text order by k.ordinality) as columns
		from pg_index i
		cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, ordinality)
		join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
		where i.indisunique
		group by i.indexrelid, i.indrelid`) {
		keys.set(name, [...(keys.get(name) ?? []), columns]);
	}
	const routines = await sql<Routine[]>`
		select
			p.oid::regproc::text as name,
			p.provolatile = 'v' or p.oid::regproc::text ~ 'lag' as "isVolatile",
			coalesce((
				select jsonb_agg(
					jsonb_build_object('type', format_type(t.oid, null), 'isOptional', t.ordinality > p.pronargs - p.pronargdefaults)
					order by t.ordinality)
				from unnest(p.proargtypes::oid[]) with ordinality as t(oid, ordinality)
			), '[]') as arguments
		from pg_proc p
		where p.pronamespace in ('lma'::regnamespace, 'public'::regnamespace)
			and p.prokind = 'f'
			and p.prorettype <> 'trigger'::regtype
			and has_function_privilege('lma_app', p.oid, 'execute')
			-- Gives back what the session itself has set.
			and p.proname <> 'id_setting'
		order by 1`;
	return {
		tenant,
		readable,
		writable: relations.filter(({ columns }) => columns.some(({ canInsert }) => canInsert)),
		keys,
		routines: [...routines],
		own: await ownValues(sql, relations, tenant),
	};
}

async function ownValues(
	sql: postgres.Sql,
	relations: TenantTable[],
	tenant: Tenant,
): Promise<Map<string, string[]>> {
	const queries = relations.flatMap(({ name, organizationColumn, columns }) =>
		columns.filter(isPlain).map(
			(column) => `(
				select '${name}.${column.name}' as name, '${column.category}' as category, v::text as value
				from (select distinct ${column.name}::text as v from ${name} where ${organizationColumn} = ${tenant.id}) own
				where v is not null
				order by v
				limit 4)`,
		),
	);
	const own = new Map<string, string[]>();
	const rows = await sql.unsafe<{ name: string; category: string; value: string }[]>(
		queries.join(' union all '),
	);
	for (const { name, category, value } of rows)
		own.set(name, [...(own.get(name) ?? []), literal(category === 'N' ? 'number' : 'text', value)]);
	return own;
}

/** A number or a text. */
export function isPlain({ type, category }: Column): boolean {
	return category === 'S' || /^(integer|bigint)$/.test(type);
}
