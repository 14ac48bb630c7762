import { readFileSync } from 'node:fs';
import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../db/connection/client';
import { DOCUMENTED_INDEXES } from '../../schema/doctor/documentedIndexes';
import { readFunctions } from '../../scripts/databaseDocument/access';
import { type Catalogue, readCatalogue } from '../../scripts/databaseDocument/catalogue';
import { documentDatabase, insertParts } from '../../scripts/databaseDocument/document';
import { createTestDatabase, type TestDatabase } from '../setup/database';

/** The nine that the schema document names as custom ones and the tenth, as they begin. */
const CUSTOM_INDEXES: Record<string, string> = {
	idx_leads_org_status_score: 'leads btree (organization_id, status, score DESC',
	idx_leads_assigned_status: 'leads btree (assigned_to_id, status) WHERE (assigned_to_id IS NOT NULL)',
	idx_leads_score_temp: 'leads btree (score DESC, lead_temperature',
	idx_leads_created_org: 'leads btree (organization_id, created_at DESC',
	idx_leads_org_email: 'leads btree (organization_id, email_key',
	idx_communications_lead_type_date: 'communications btree (lead_id, communication_type, created_at DESC',
	idx_communications_scheduled_status:
		"communications btree (scheduled_at, status) WHERE (status = 'scheduled'",
	idx_activity_logs_lead_type_date: 'activity_logs btree (lead_id, activity_type, created_at DESC',
	idx_campaign_leads_campaign_status: 'campaign_leads btree (campaign_id, status',
	idx_workflows_org_active: 'workflows btree (organization_id, is_active) WHERE is_active',
};

/** Ends a transaction that nothing is to stay of. */
class TakenBack extends Error {}

const remedy = 'run `npm run docs` and commit what it writes';

describe('the catalogue', () => {
	let database: TestDatabase;
	let sql: postgres.Sql;
	let catalogue: Catalogue;

	beforeAll(async () => {
		database = await createTestDatabase();
		sql = connect(database.ownerUrl, { max: 1 });
		catalogue = await readCatalogue(sql);
	});
	afterAll(async () => {
		await sql.end();
		await database.drop();
	});

	it('has the 62 indexes of the schema document, and more', () => {
		const own = catalogue.indexes.filter(({ table }) => !table.includes('.'));
		expect(own.length).toBeGreaterThanOrEqual(62);
		expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining([...DOCUMENTED_INDEXES]));
	});

	it.each(Object.entries(CUSTOM_INDEXES))('has %s on the columns that it promises', (name, beginning) => {
		const found = catalogue.indexes.find((index) => index.name === name);
		expect(`${found?.table} ${found?.definition}`.slice(0, beginning.length)).toBe(beginning);
	});

	it('says of every table what it holds, and of every index what it serves', () => {
		expect(catalogue.tables.filter(({ comment }) => !comment).map(({ name }) => name)).toEqual([]);
		const silent = catalogue.indexes.filter(({ comment }) => !/^Serves .{10,}\.$/s.test(comment));
		expect(silent.map(({ name }) => name)).toEqual([]);
	});

	it('says of every function that others than the owner may call what it does', async () => {
		const silent = (await readFunctions(sql)).filter(
			({ callers, comment }) => callers.length > 0 && !comment,
		);
		expect(silent.map(({ name }) => name)).toEqual([]);
	});

	it('is what docs/database.md and the entity picture show', async () => {
		const docs = path.resolve(__dirname, '../../docs');
		const { parts, picture } = await documentDatabase(sql);
		const page = readFileSync(path.join(docs, 'database.md'), 'utf8');
		expect(page, remedy).toBe(insertParts(page, parts));
		expect(readFileSync(path.join(docs, 'images/entities.svg'), 'utf8'), remedy).toBe(picture);
	});

	it('shows in them what a migration adds', async () => {
		const { parts, picture } = await documentDatabase(sql);
		await sql
			.begin(async (tx) => {
				await tx`set local role lma_owner`;
				await tx`create table visits (id integer primary key, lead_id integer references leads (id))`;
				await tx`create index ix_visits_lead_id on visits (lead_id)`;
				const later = await documentDatabase(tx);
				expect(later.parts.tables).not.toBe(parts.tables);
				expect(later.parts.indexes).toContain('`ix_visits_lead_id`');
				expect(later.picture).not.toBe(picture);
				throw new TakenBack();
			})
			.catch((error: unknown) => {
				if (!(error instanceof TakenBack)) throw error;
			});
	});
});
