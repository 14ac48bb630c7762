import type postgres from 'postgres';

/** A table whose rows belong to organizations. */
export interface TenantTable {
	/** As SQL writes it, with its schema unless that is public. */
	name: string;
	organizationColumn: 'id' | 'organization_id';
	/** What PostgreSQL says of a partition: `FOR VALUES FROM …` or `DEFAULT`; null when it is none. */
	bound: string | null;
	columns: Column[];
}

export interface Column {
	name: string;
	/** The type, as SQL writes it. */
	type: string;
	/** pg_type.typcategory: N number, S text, D time, E enumeration, B boolean, A array, U others. */
	category: string;
	/** An insert has to name it. */
	isNeeded: boolean;
	/** lma_app may select, insert, update it. */
	canSelect: boolean;
	canInsert: boolean;
	canUpdate: boolean;
}

/** Every table with tenant data, partitions too, as the catalogue has them. Views of them when `kinds` says so. */
export async function listTenantTables(sql: postgres.Sql, kinds = ['r', 'p']): Promise<TenantTable[]> {
	const rows = await sql<TenantTable[]>`
		select
			c.oid::regclass::text as name,
			case c.oid when 'public.organizations'::regclass then 'id' else 'organization_id' end as "organizationColumn",
			pg_get_expr(c.relpartbound, c.oid) as bound,
			jsonb_agg(jsonb_build_object(
				'name', a.attname,
				'type', format_type(a.atttypid, a.atttypmod),
				'category', case t.typname when 'jsonb' then 'J' else t.typcategory end,
				'isNeeded', a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = '',
				'canSelect', has_column_privilege('lma_app', c.oid, a.attnum, 'select'),
				'canInsert', has_column_privilege('lma_app', c.oid, a.attnum, 'insert'),
				'canUpdate', has_column_privilege('lma_app', c.oid, a.attnum, 'update')
			) order by a.attnum) as columns
		from pg_class c
		join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		join pg_type t on t.oid = a.atttypid
		where c.relkind in (select jsonb_array_elements_text(${sql.json(kinds)})::"char")
			and c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
			and (
				c.oid = 'public.organizations'::regclass
				or exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'organization_id'))
		group by c.oid
		order by c.relispartition desc, c.oid`;
	return [...rows];
}

/** Gives an organization a row, made up, in every table where it has none yet; without triggers and foreign keys. */
export async function fillTables(sql: postgres.Sql, organizationId: number): Promise<void> {
	for (const table of await listTenantTables(sql)) {
		const isFilled = await sql.unsafe(
			`select from ${table.name} where ${table.organizationColumn} = ${organizationId} limit 1`,
		);
		if (isFilled.length > 0) continue;
		const values = new Map([[table.organizationColumn as string, String(organizationId)]]);
		for (const column of table.columns) {
			if (column.isNeeded && !values.has(column.name))
				values.set(column.name, madeUp(column, organizationId));
		}
		const from = /FROM \(('[^']+')\)/.exec(table.bound ?? '')?.[1];
		if (table.bound) values.set('created_at', from ?? `'1999-01-01'`);
		await sql.begin((tx) => [
			tx`set local session_replication_role = replica`,
			tx.unsafe(
				`insert into ${table.name} (${[...values.keys()].join()}) values (${[...values.values()].join()})`,
			),
		]);
	}
}

function madeUp({ type, category }: Column, organizationId: number): string {
	const number = 100 * organizationId;
	switch (category) {
		case 'N':
			return String(number);
		case 'E':
			return `enum_first(null::${type})`;
		case 'B':
			return 'false';
		case 'D':
			return 'now()';
		case 'A':
			return `'{}'`;
		case 'J':
			return `'{}'`;
		case 'S':
			return `'made up for ${organizationId}'`;
		default:
			return type === 'uuid' ? 'gen_random_uuid()' : type === 'bytea' ? `''` : `'1'`;
	}
}
