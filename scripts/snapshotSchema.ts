/* Writes migrations/schema.sql, the schema that all migrations make: `npm run schema`. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../cli/machine/freePort';
import { packageRoot } from '../cli/machine/packageRoot';
import { startLocalCluster } from '../cli/postgres/cluster';
import { migrate } from '../schema/migration/migrate';
import { takeSnapshot } from './schemaSnapshot/snapshot';

async function main(): Promise<void> {
	const cluster = await startLocalCluster({
		dataDirectory: mkdtempSync(join(tmpdir(), 'lma-schema-')),
		port: await findFreePort(),
		password: randomBytes(12).toString('hex'),
		temporary: true,
	});
	try {
		await migrate(cluster.url('postgres'));
		writeFileSync(
			join(packageRoot(), 'migrations', 'schema.sql'),
			await takeSnapshot(cluster.url('postgres')),
		);
		console.log('migrations/schema.sql is up to date.');
	} finally {
		await cluster.stop();
	}
}

void main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
