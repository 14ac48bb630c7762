/* Writes the generated parts of docs/database.md, and docs/images/entities.svg: `npm run docs`. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { findFreePort } from '../cli/machine/freePort';
import { packageRoot } from '../cli/machine/packageRoot';
import { startLocalCluster } from '../cli/postgres/cluster';
import { connect } from '../db/connection/client';
import { migrate } from '../schema/migration/migrate';
import { documentDatabase, insertParts } from './databaseDocument/document';
import { keepSizes } from './databaseDocument/sizes';

const usage = `npm run docs -- [--database <url>] [--sizes]

Without --database it starts a PostgreSQL of its own and migrates it. --sizes measures the tables and indexes of the
database and keeps that in docs/database-sizes.json; without it the sizes measured last are shown.`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { database: { type: 'string' }, sizes: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) {
		console.log(usage);
		return;
	}
	if (values.database) {
		await write(values.database, values.sizes);
		return;
	}
	const cluster = await startLocalCluster({
		dataDirectory: mkdtempSync(join(tmpdir(), 'lma-docs-')),
		port: await findFreePort(),
		password: randomBytes(12).toString('hex'),
		temporary: true,
	});
	try {
		await migrate(cluster.url('postgres'));
		await write(cluster.url('postgres'), values.sizes);
	} finally {
		await cluster.stop();
	}
}

async function write(url: string, withSizes = false): Promise<void> {
	const sql = connect(url, { max: 1, applicationName: 'lma docs' });
	try {
		if (withSizes) await keepSizes(sql);
		const { parts, picture } = await documentDatabase(sql);
		const page = join(packageRoot(), 'docs', 'database.md');
		writeFileSync(page, insertParts(readFileSync(page, 'utf8'), parts));
		writeFileSync(join(packageRoot(), 'docs', 'images', 'entities.svg'), picture);
		console.log('docs/database.md and docs/images/entities.svg are up to date.');
	} finally {
		await sql.end();
	}
}

void main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
