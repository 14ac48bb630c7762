import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import postgres from 'postgres';

import { findFreePort } from '../../../cli/machine/freePort';
import { startLocalCluster } from '../../../cli/postgres/cluster';
import { migrate } from '../../../schema/migration/migrate';
import { publish } from '../../engine/triggers';
import { seedOrganization } from '../../setup/database';
import { credentialOf } from '../Lma/lma';
import { startProxy } from './silentProxy';
import { triggerNodes } from './trigger';

test('a PostgreSQL that is restarted is no more than a pause', { timeout: 180_000 }, async () => {
	const dataDirectory = mkdtempSync(join(tmpdir(), 'lma-restart-'));
	const options = { dataDirectory, port: await findFreePort(), password: randomBytes(12).toString('hex') };
	const settings = { fsync: 'off' };
	let cluster = await startLocalCluster({ ...options, settings });
	const url = cluster.url('postgres');
	const owner = postgres(url, { max: 1, onnotice: () => undefined });
	try {
		await migrate(url);
		await owner`create role n8n login password 'n8n' in role lma_app`;
		const acme = await seedOrganization(url, 'acme');
		const insertLead = async (email: string) => {
			const [lead] = await owner<[{ id: number }]>`
				insert into leads (organization_id, email, first_name, last_name)
				values (${acme.id}, ${email}, 'Ada', 'Lovelace')
				returning id`;
			return lead.id;
		};
		const login = new URL(url);
		login.username = 'n8n';
		login.password = 'n8n';
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const credential = credentialOf(login.toString(), 'acme');
		const line = await startProxy(credential);
		const workflow = await publish({
			nodes: triggerNodes,
			credentials: { lmaApi: { ...credential, port: line.port } },
			type: 'n8n-nodes-lma.lmaTrigger',
			parameters: { events: ['lead.created'] },
			execution: () => end,
		});
		const got = () => workflow.items().map(({ leadId }) => leadId);
		const before = await insertLead('before@acme.test');
		await expect.poll(got, { timeout: 10_000 }).toEqual([before]);
		const waiting = await insertLead('waiting@acme.test');

		await cluster.stop();
		// Its end is acknowledged when that is possible again.
		finish(undefined);
		const { attempts } = line;
		await expect.poll(() => line.attempts, { timeout: 10_000 }).toBeGreaterThan(attempts + 2);
		cluster = await startLocalCluster({ ...options, settings });

		const after = await insertLead('after@acme.test');
		await expect.poll(got, { timeout: 60_000 }).toEqual([before, waiting, after]);
		expect(workflow.errors).toEqual([]);
		await workflow.unpublish();
		await line.stop();
	} finally {
		await owner.end({ timeout: 1 });
		await cluster.stop();
		rmSync(dataDirectory, { recursive: true, force: true });
	}
});
