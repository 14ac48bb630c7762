import type postgres from 'postgres';

/**
 * Fills the totals behind the views from the rows, which came in without triggers, and folds them, as the schema's own
 * repair does.
 */
export async function fillTotals(sql: postgres.Sql): Promise<void> {
	await sql`
		select count(*)
		from organizations o
		cross join lateral lma.repair_totals(o.id)`;
	await sql`select lma.fold_totals()`;
	const tables = await sql<{ table: string }[]>`
		select format('%I.%I', schemaname, tablename) as table
		from pg_tables
		where schemaname = 'lma'`;
	for (const { table } of tables) await sql.unsafe(`vacuum (analyze) ${table}`);
}
