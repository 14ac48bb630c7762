import { findTable } from '../catalogue/catalogue';
import type { Context, Part } from './context';

/** Tables that inherit from one of ours: its changes would reach for them, and its rows be counted with theirs. */
export async function planInheritance({ client, reference }: Context): Promise<Part> {
	const { rows } = await client.query<{ parent: string; child: string }>(
		`select format('%I.%I', pn.nspname, p.relname) as parent, format('%I.%I', cn.nspname, c.relname) as child
		from pg_inherits i
		join pg_class p on p.oid = i.inhparent and p.relkind = 'r'
		join pg_namespace pn on pn.oid = p.relnamespace
		join pg_class c on c.oid = i.inhrelid
		join pg_namespace cn on cn.oid = c.relnamespace
		order by 1, 2`,
	);
	return {
		steps: [],
		findings: rows
			.filter(({ parent }) => findTable(reference, parent))
			.map(({ parent, child }) => ({
				rule: 'table_inherits',
				severity: 'blocks',
				object: child,
				count: null,
				ids: [],
				consequence: `It inherits from ${parent}: all its columns and rules would have to be added there too.`,
				remedy: `alter table ${child} no inherit ${parent}; what reads both then needs a view with union all.`,
			})),
	};
}
