import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { createLog } from '../../../worker/log';
import { totalsPart } from '../../../worker/totals/start';
import { openTenant, type TestTenant } from '../../setup/tenant';
import { expectExact } from '../../db/totals/truth';
import { contextOn } from '../support/context';

let acme: TestTenant;
let owner: postgres.Sql;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 2, onnotice: () => undefined });
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});

interface Line {
	level: string;
	msg: string;
	organizationId?: number;
	drift?: number;
	userIds?: number[];
}

function startWorker() {
	const lines: Line[] = [];
	const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
	const sql = connect(acme.database.workerUrl, { max: 2, applicationName: 'lma-worker' });
	const context = contextOn(sql, acme.database.workerUrl, log);
	const part = totalsPart({ intervalMs: 20, foldFrom: 1, answerMs: 3_000, compareMs: 3_000 });
	const totals = part.start(context);
	return {
		lines,
		async gauge(name: string) {
			const text = await context.metrics.registry.getSingleMetricAsString(name);
			return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
		},
		async stop() {
			await totals.stop();
			await sql.end({ timeout: 1 });
		},
	};
}

const newLead = { email: 'a@x.test', firstName: '', lastName: '', score: 40 };

it('folds what is pending and says since when everything has been compared', async () => {
	const before = Date.now() / 1000 - 1;
	await acme.run((tx) => createLeads(tx, [newLead, newLead]));
	const worker = startWorker();
	await expect
		.poll(() => owner`select leads from lma.lead_totals where organization_id = ${acme.organization.id}`, {
			timeout: 10_000,
		})
		.toEqual([{ leads: '2' }]);
	await expect
		.poll(() => worker.gauge('lma_totals_checked_timestamp_seconds'), { timeout: 10_000 })
		.toBeGreaterThan(before);
	await expect.poll(() => worker.gauge('lma_totals_deltas_pending'), { timeout: 10_000 }).toBe(0);
	expect(await worker.gauge('lma_totals_drift')).toBe(0);
	await worker.stop();
	expect(worker.lines).toEqual([]);

	// Stopped is stopped. Of statements in a transaction that reads committed rows, one in hundreds folds by itself.
	await owner.begin(
		'isolation level repeatable read',
		(tx) => tx`
			insert into leads (email, first_name, last_name, organization_id)
			values ('b@x.test', '', '', ${acme.organization.id})`,
	);
	expect(await owner`select from lma.lead_total_deltas`).toHaveLength(1);
});

it('reports a difference once, whichever of the workers finds it, shows it to all, and repairs it', async () => {
	await owner.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		await tx`update leads set score = score + 1`;
	});
	await owner`update lma.totals_checks set claimed_at = now() - interval '1 day'`;
	const workers = [startWorker(), startWorker(), startWorker()];
	for (const worker of workers)
		await expect.poll(() => worker.gauge('lma_totals_drift'), { timeout: 10_000 }).toBe(3);
	await Promise.all(workers.map((worker) => worker.stop()));
	const errors = workers.flatMap(({ lines }) => lines);
	expect(errors).toMatchObject([
		{
			level: 'error',
			msg: 'totals differed from the rows and have been repaired',
			organizationId: acme.organization.id,
			drift: 3,
			userIds: [0],
		},
	]);
	await expectExact(owner);
});

it('goes on after the database was away', async () => {
	const worker = startWorker();
	await expect
		.poll(() => worker.gauge('lma_totals_checked_timestamp_seconds'), { timeout: 10_000 })
		.toBeGreaterThan(0);
	await owner`
		select pg_terminate_backend(pid)
		from pg_stat_activity
		where application_name = 'lma-worker'
			and datname = current_database()`;
	await acme.run((tx) => createLeads(tx, [newLead]));
	await expect.poll(() => owner`select from lma.lead_total_deltas`, { timeout: 20_000 }).toHaveLength(0);
	await worker.stop();
});
