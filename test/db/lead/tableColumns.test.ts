import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { columnOf } from '../../../db/connection/record';
import { TABLE_COLUMNS } from '../../../db/lead/tableColumns';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import type { LeadColumn } from '../../../domain/lead/column';
import { LEAD_COLUMNS } from '../../../domain/lead/columns';
import { factsOf } from '../../../domain/input/facts';
import { parseInput } from '../../../domain/input/parseInput';
import { leadPatchSchema, newLeadSchema } from '../../../domain/lead/input';
import { WRITTEN_COLUMNS, type WrittenColumn } from '../../../domain/lead/lead';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

/** What PostgreSQL has beside the definition of the columns in the domain: they have to agree. */
let acme: TestTenant;
let sql: ReturnType<typeof connect>;
let catalogue: { name: string; isNullable: boolean; standard: string | null }[];

beforeAll(async () => {
	acme = await openTenant();
	sql = connect(acme.database.ownerUrl, { max: 1 });
	catalogue = await sql`
		select a.attname as name, not a.attnotnull as is_nullable, pg_get_expr(d.adbin, d.adrelid) as standard
		from pg_attribute a
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = 'public.leads'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		order by a.attnum`;
});
afterAll(async () => {
	await sql.end();
	await acme.close();
});

it('the columns of the table are the defined ones, in their order', () => {
	expect(TABLE_COLUMNS).toEqual(catalogue.map(({ name }) => name));
});

it('a column may be empty in the table where the definition says so', () => {
	const defined = Object.entries<LeadColumn>(LEAD_COLUMNS).map(
		([field, { isNullable = false, standard }]) => ({
			name: columnOf(field),
			isNullable,
			standard,
		}),
	);
	// What has a default need not be given, whatever the table would take.
	const differing = defined.filter(
		({ name, isNullable, standard }) =>
			standard === undefined && catalogue.find((column) => column.name === name)?.isNullable !== isNullable,
	);
	expect(differing).toEqual([]);
});

it('what a new lead has when nothing is said is the default of the column', () => {
	const defaults = WRITTEN_COLUMNS.map(({ field }) => {
		const found = catalogue.find(({ name }) => name === columnOf(field));
		return [field, found?.standard?.replace(/^'(.*)'::\w+$/, '$1')];
	}).filter(([, standard]) => standard !== undefined);
	expect(Object.fromEntries(defaults)).toMatchObject({ status: 'NEW', score: '0' });
	const defined = WRITTEN_COLUMNS.map(({ field, standard }) => [
		field,
		standard === undefined ? undefined : String(standard),
	]);
	expect(Object.fromEntries(defined)).toMatchObject(Object.fromEntries(defaults));
});

it('a merge in the database may change what is filled in, and the times of contact', async () => {
	const [row] = await sql<{ merged: string[]; contact: string[] }[]>`
		select lma.merged_columns() as merged, lma.contact_columns() as contact`;
	const written = WRITTEN_COLUMNS.map(({ field }) => columnOf(field));
	expect(row?.merged).toEqual([...written, ...(row?.contact ?? [])]);
});

it('nodes may write every column that is filled in', async () => {
	const columns = WRITTEN_COLUMNS.map(({ field }) => columnOf(field));
	const refused = await sql`
		select name, privilege
		from unnest(${columns}::text[]) as name
		cross join unnest('{insert,update,select}'::text[]) as privilege
		where not has_column_privilege('lma_app', 'public.leads', name, privilege)`;
	expect([...refused]).toEqual([]);
});

/** A value that a new lead does not have. */
function another({ schema }: WrittenColumn): unknown {
	const { labels, form } = factsOf(schema);
	if (labels) return labels[1];
	const values: Record<string, unknown> = {
		day: '2026-03-01',
		flag: true,
		id: acme.organization.userIds[1],
		json: { a: 1 },
		list: ['a'],
		number: 7,
	};
	return values[form ?? ''] ?? 'other@x.test';
}

it('a change of any column that is filled in is stored and leaves an event', async () => {
	const [lead] = rowsOf(
		await acme.run((tx) => createLeads(tx, [parseInput(newLeadSchema, { email: 'a@x.test' })])),
	);
	const countEvents = async () => {
		const [row] = await sql<{ count: number }[]>`select count(*)::int as count from activity_logs`;
		return row?.count ?? 0;
	};
	for (const column of WRITTEN_COLUMNS) {
		const before = await countEvents();
		const value = another(column);
		const patch = parseInput(leadPatchSchema, { id: lead?.id, [column.field]: value });
		const [changed] = rowsOf(await acme.run((tx) => updateLeads(tx, [patch])));
		expect(changed).toMatchObject({ [column.field]: value });
		expect(await countEvents(), column.field).toBe(before + 1);
	}
});
