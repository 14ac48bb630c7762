import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Constraint, findTable, readCatalogue } from '../../../schema/adopt/catalogue/catalogue';
import type { Context } from '../../../schema/adopt/plan/context';
import { countAgainstCheck } from '../../../schema/adopt/plan/violations';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

describe('rows against a check', () => {
	let database: TestDatabase;
	let client: Client;
	let context: Context;

	beforeAll(async () => {
		database = await createTestDatabase();
		client = new Client({ connectionString: database.ownerUrl });
		await client.connect();
		await client.query(`insert into organizations (name, slug) select n, n from generate_series(1, 3) n`);
		const live = await readCatalogue(client);
		context = { client, reference: live, live, baseline: {} } as unknown as Context;
	});
	afterAll(async () => {
		await client.end();
		await database.drop();
	});

	const against = (expression: string) => {
		const check = { columns: ['id', 'slug'], expression } as unknown as Constraint;
		return countAgainstCheck(context, findTable(context.live, 'public.organizations')!, check);
	};

	it('are counted, and some are named', async () => {
		expect(await against(`slug <> '2'`)).toEqual({ count: 1, ids: [2] });
	});

	it('are not counted when a value is too large to be looked at', async () => {
		expect(await against(`octet_length(to_jsonb(repeat(repeat(slug, 16384), 16384))::text) < 10`)).toBeNull();
	});

	it('are not told from a check that cannot be read', async () => {
		await expect(against('1 / (id - 2) > 0')).rejects.toMatchObject({ code: '22012' });
	});
});
