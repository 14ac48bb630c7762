import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { takeSnapshot } from '../../scripts/schemaSnapshot/snapshot';
import { createTestDatabase, type TestDatabase } from '../setup/database';

describe('migrations/schema.sql', () => {
	let database: TestDatabase;

	beforeAll(async () => {
		database = await createTestDatabase();
	});

	afterAll(() => database.drop());

	it('is what the migrations make; `npm run schema` writes it', async () => {
		const file = path.resolve(__dirname, '../../migrations/schema.sql');
		expect(await takeSnapshot(database.ownerUrl)).toBe(readFileSync(file, 'utf8'));
	});
});
