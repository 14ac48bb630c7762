import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { acknowledgeEvents, claimEvents } from '../../../db/subscription/claimEvents';
import { openSubscription } from '../../../db/subscription/subscription';
import { settled } from '../../setup/settled';
import { openTenant, type TestTenant } from '../../setup/tenant';

const BACKLOG = 50_000;

describe('a backlog of 50,000 events in one transaction', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	/** The owner's connection, acting as the role of the nodes, so that auto_explain may be loaded. */
	let observed: postgres.Sql;
	let rowsRead: number[] = [];
	let indexes = new Set<string>();
	let sorts = 0;

	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 1 });
		await owner`
			insert into activity_logs (organization_id, lead_id, activity_type, activity_metadata)
			select ${acme.organization.id}, n, case when n % 1000 = 0 then 'lead.scored' else 'lead.created' end,
				'{"after": {"score": 1}}'
			from generate_series(1, ${BACKLOG}::int) n`;
		observed = postgres(acme.database.ownerUrl, {
			max: 1,
			transform: { column: { from: postgres.toCamel } },
			onnotice: ({ message = '' }) => {
				for (const [, index, rows] of message.matchAll(
					/Index Scan using (\S*organization\S*transaction\S*) on activity_logs\S* a?.*?rows=(\d+)(?:\.\d+)? loops=1\)/g,
				)) {
					indexes.add(index!.replace(/^activity_logs_(\d+_\d+|default)_/, ''));
					rowsRead.push(Number(rows));
				}
				sorts += [...message.matchAll(/Sort {2}\([^\n]*\n\s+Sort Key: a\.transaction_id/g)].length;
			},
		});
		await observed`load 'auto_explain'`;
		await observed.unsafe(`
			set auto_explain.log_min_duration = 0;
			set auto_explain.log_analyze = on;
			set auto_explain.log_nested_statements = on;
			set auto_explain.log_level = 'notice';
			set role lma_app`);
	});
	afterAll(async () => {
		await observed.end();
		await owner.end();
		await acme.close();
	});

	async function readAll(
		name: string,
		limit: number,
	): Promise<{ events: number; calls: number; most: number }> {
		let events = 0;
		let calls = 0;
		let most = 0;
		for (let more = true; more; calls++) {
			rowsRead = [];
			const batch = (await inOrganization(observed, 'acme', (tx) =>
				claimEvents(tx, name, { reader: 'r', limit }),
			))!;
			most = Math.max(
				most,
				rowsRead.reduce((sum, rows) => sum + rows, 0),
			);
			events += batch.events.length;
			more = batch.more;
			if (batch.events.length > 0) {
				await inOrganization(observed, 'acme', (tx) =>
					acknowledgeEvents(tx, name, batch.epoch, batch.cursor),
				);
			}
		}
		return { events, calls, most };
	}

	it.each(['never analyzed', 'analyzed'])(
		'is read in batches along the index, none of them longer than it need be: %s',
		async (state) => {
			if (state === 'analyzed') await owner`analyze activity_logs`;
			await settled(owner);
			const open = (name: string, eventType: 'lead.created' | 'lead.scored') =>
				acme.run((tx) => openSubscription(tx, { name, eventTypes: [eventType], from: 'beginning' }));
			indexes = new Set();
			sorts = 0;

			await open('everything', 'lead.created');
			const everything = await readAll('everything', 1000);
			expect(everything.events).toBe(BACKLOG - BACKLOG / 1000);
			// One event in a thousand does not match: a batch may need a second, longer look.
			expect(everything.most).toBeLessThanOrEqual(10_000);

			await open('few', 'lead.scored');
			const few = await readAll('few', 1000);
			expect(few.events).toBe(BACKLOG / 1000);
			// A limited stretch for each call, and none read twice.
			expect(few.most).toBeLessThanOrEqual(10_000);
			expect(few.calls).toBeLessThanOrEqual(BACKLOG / 10_000 + 1);
			expect([...indexes]).toEqual(['organization_id_transaction_id_id_idx']);
			expect(sorts).toBe(0);
		},
		120_000,
	);
});
