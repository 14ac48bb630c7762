import type postgres from 'postgres';

import { listTenantTables } from './tables';
import type { Tenant } from './world';

/** A value in a column that a statement can name, as it stands in the rows of another organization. */
export interface Secret {
	/** `leads.email` */
	column: string;
	kind: 'number' | 'text';
	/** A value that rows of the other organization have. */
	hit: string;
	/** One as much like it as can be, that no row has. No value of one's own lies between the two. */
	miss: string;
}

/** Values that rows of `tenant` have and those of `other` do not: up to four of every column. */
export async function listSecrets(sql: postgres.Sql, tenant: Tenant, other: Tenant): Promise<Secret[]> {
	const tables = (await listTenantTables(sql)).filter(({ bound }) => bound === null);
	const columns = tables.flatMap(({ name, organizationColumn: organization, columns }) =>
		columns
			.filter(({ category, type }) => category === 'S' || /^(integer|bigint)$/.test(type))
			.map(({ name: column, category }) => ({
				table: name,
				organization,
				column,
				isNumber: category === 'N',
			})),
	);
	const queries = columns.map(({ table, organization, column, isNumber }) => {
		const value = isNumber ? column : `${column}::text`;
		const miss = isNumber ? 'v + 1' : 'left(v, -1) || chr(ascii(right(v, 1)) + 1)';
		return `(
			select '${table}.${column}' as column, ${isNumber} as is_number, v::text as hit, (${miss})::text as miss
			from (select distinct ${value} as v from ${table} where ${organization} = ${tenant.id}) found
			where ${isNumber ? 'v > 5000000' : `v ~ '^.{3,}[a-y0-8]$'`}
				and not exists (select from ${table} where ${value} = v and ${organization} = ${other.id})
				and not exists (select from ${table} where ${value} = ${miss})
			order by v
			limit 4)`;
	});
	const rows = await sql.unsafe<{ column: string; is_number: boolean; hit: string; miss: string }[]>(
		queries.join(' union all '),
	);
	return rows.map(({ column, is_number, hit, miss }) => ({
		column,
		kind: is_number ? 'number' : 'text',
		hit,
		miss,
	}));
}

/** The value as SQL writes it. */
export function literal(kind: Secret['kind'], value: string): string {
	return kind === 'number' ? value : `'${value.replaceAll("'", "''")}'`;
}
