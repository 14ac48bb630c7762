import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { listLeads } from '../../../db/lead/list';
import { startProxy } from '../../nodes/LmaTrigger/silentProxy';
import { openTenant, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;

beforeAll(async () => {
	acme = await openTenant();
});
afterAll(async () => {
	await acme.close();
});

it('ends every execution when the server closes its connections, and goes on with new ones', async () => {
	const owner = connect(acme.database.ownerUrl, { max: 1 });
	for (let round = 0; round < 5; round++) {
		const sql = connect(acme.database.appUrl, { max: 3 });
		const list = () => inOrganization(sql, 'acme', (tx) => listLeads(tx, { limit: 1 }));
		await Promise.all([list(), list(), list()]);
		const sleeping = inOrganization(sql, 'acme', async (tx) => {
			await tx`select pg_sleep(20)`;
		}).catch((error: unknown) => toLmaError(error).name);
		const waiting = Promise.allSettled(Array.from({ length: round * 3 }, list));
		await owner`
			select pg_terminate_backend(pid)
			from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()`;
		const burst = Promise.allSettled(Array.from({ length: 8 }, list));
		expect(await sleeping).toBe('ConnectionError');
		for (const { status, ...outcome } of [...(await waiting), ...(await burst)]) {
			if (status === 'rejected' && 'reason' in outcome) {
				expect(toLmaError(outcome.reason).name).toBe('ConnectionError');
			}
		}
		expect(await list()).toEqual([]);
		await sql.end({ timeout: 1 });
	}
	await owner.end();
});

it('a network that was silent for seconds costs the pool no connection', async () => {
	const { hostname, port, pathname, username, password } = new URL(acme.database.appUrl);
	const proxy = await startProxy({ host: hostname, port: Number(port) });
	const sql = connect(`postgres://${username}:${password}@127.0.0.1:${proxy.port}${pathname}`, {
		max: 2,
		connectTimeout: 3,
	});
	const list = () => inOrganization(sql, 'acme', (tx) => listLeads(tx, { limit: 1 }));
	proxy.silence();
	const outcomes = await Promise.allSettled([list(), list()]);
	for (const outcome of outcomes) expect(outcome.status).toBe('rejected');
	proxy.heal();
	for (let round = 0; round < 3; round++) expect(await Promise.all([list(), list()])).toEqual([[], []]);
	await sql.end({ timeout: 1 });
	await proxy.stop();
}, 30_000);
