import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { atFullSize } from '../../setup/fullSize';
import { runLma } from '../runLma';

const rows = atFullSize(20_000, 5_000);
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
	database = await createTestDatabase();
	await seedOrganization(database.ownerUrl, 'acme');
	folder = mkdtempSync(join(tmpdir(), 'lma-large-'));
	await pipeline(Readable.from(lines()), createWriteStream(join(folder, 'leads.csv')));
});

afterAll(async () => {
	await database.drop();
	rmSync(folder, { recursive: true, force: true });
});

function* lines() {
	yield 'Email;First name;Last name;Company;Job title;Phone;Website;Deal value;Tags;Notes\n';
	for (let n = 0; n < rows; n++) {
		const company = `Company ${n % 5_000}`;
		yield `u${n}@d${n % 977}.example;First${n % 313};Last${n % 7_919};${company} GmbH;Manager;+49 30 ${n};https://www.c${n % 5_000}.example;${n % 90_000},${10 + (n % 90)};fair, vip;Met at booth ${n % 50}\n`;
	}
}

test(
	`${rows} rows are imported, batch after batch, and change nothing the second time`,
	{ timeout: 300_000 },
	async () => {
		for (const said of [`${rows} created, 0 updated`, `0 created, 0 updated, ${rows} unchanged`]) {
			const { exitCode, out } = await runLma(
				['leads', 'import', join(folder, 'leads.csv'), '--org', 'acme'],
				{
					env: { DATABASE_OWNER_URL: database.ownerUrl },
				},
			);
			expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining(said) as string });
		}
	},
);
