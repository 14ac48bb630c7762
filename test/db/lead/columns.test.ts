import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { columnOf } from '../../../db/connection/record';
import { LEAD_COLUMNS } from '../../../db/lead/columns';
import type { LeadColumn } from '../../../domain/lead/column';
import { LEAD_COLUMNS as DEFINED } from '../../../domain/lead/columns';
import { WRITTEN_COLUMNS } from '../../../domain/lead/lead';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

/** What PostgreSQL has beside the definition of the columns in the domain: they have to agree. */
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let catalogue: { name: string; isNullable: boolean; standard: string | null }[];

beforeAll(async () => {
	database = await createTestDatabase();
	sql = connect(database.ownerUrl, { max: 1 });
	catalogue = await sql`
		select a.attname as name, not a.attnotnull as is_nullable, pg_get_expr(d.adbin, d.adrelid) as standard
		from pg_attribute a
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = 'public.leads'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		order by a.attnum`;
});
afterAll(async () => {
	await sql.end();
	await database.drop();
});

it('the columns of the table are the defined ones, in their order', () => {
	expect(LEAD_COLUMNS).toEqual(catalogue.map(({ name }) => name));
});

it('a column may be empty in the table where the definition says so', () => {
	const defined = Object.entries<LeadColumn>(DEFINED).map(([field, { isNullable = false, standard }]) => ({
		name: columnOf(field),
		isNullable,
		standard,
	}));
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
