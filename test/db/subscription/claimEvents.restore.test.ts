import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { acknowledgeEvents, claimEvents } from '../../../db/subscription/claimEvents';
import { openSubscription } from '../../../db/subscription/subscription';
import { settled } from '../../setup/settled';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
let owner: postgres.Sql;
/** Events in the order in which they must come. */
let restored: number[];

const AHEAD = 5_000_000_000n;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1 });
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});

/** As a restored dump looks: rows and cursor of a cluster whose transactions counted further. */
beforeEach(async () => {
	await owner`delete from activity_logs`;
	await owner`delete from leads`;
	await owner`delete from lma.event_subscriptions`;
	await owner`delete from activity_logs`;
	await owner`select setval('lma.event_clock_shift', 0)`;
	await acme.run((tx) =>
		openSubscription(tx, { name: 'feed', eventTypes: ['lead.created'], from: 'beginning' }),
	);
	const rows = await owner<{ id: string }[]>`
		insert into activity_logs (organization_id, lead_id, activity_type, transaction_id)
		select ${acme.organization.id}, -n, 'lead.created', (${String(AHEAD)}::bigint + n)::text::xid8
		from generate_series(1, 5) n
		returning id`;
	restored = [-3, -4, -5];
	await owner`
		update lma.event_subscriptions
		set cursor_transaction = ${String(AHEAD + 2n)}::xid8, cursor_id = ${rows[1]!.id}`;
});

const create = async (email: string) =>
	rowsOf(await acme.run((tx) => createLeads(tx, [{ email, firstName: '', lastName: '' }])))[0]!.id;

async function readAll(): Promise<number[]> {
	await settled(owner);
	const ids: number[] = [];
	for (let more = true; more;) {
		const batch = (await acme.run((tx) => claimEvents(tx, 'feed', { reader: 'r', limit: 2 })))!;
		ids.push(...batch.events.map(({ leadId }) => leadId!));
		if (batch.events.length > 0) {
			await acme.run((tx) => acknowledgeEvents(tx, 'feed', batch.epoch, batch.cursor));
		}
		more = batch.more;
	}
	return ids;
}

it('a writer in a restored database puts its events behind those restored', async () => {
	await owner`select setval('lma.event_clock_cluster', 42)`;
	const first = await create('first@x.test');
	const second = await create('second@x.test');
	expect(await readAll()).toEqual([...restored, first, second]);
});

it('a reader in a restored database reads on where it was', async () => {
	await owner`select setval('lma.event_clock_cluster', 42)`;
	expect(await readAll()).toEqual(restored);
	const first = await create('first@x.test');
	expect(await readAll()).toEqual([first]);
});

it('many writers that find a restored database at the same moment lose nothing', async () => {
	await owner`select setval('lma.event_clock_cluster', 42)`;
	const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => create(`n${n}@x.test`)));
	const read = await readAll();
	expect(read.slice(0, 3)).toEqual(restored);
	expect(read.slice(3).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
});

it('rows copied in by hand from a cluster that is ahead are found by the reader', async () => {
	const written = await create('written@x.test');
	expect(await readAll()).toEqual(expect.arrayContaining(restored));
	const first = await create('first@x.test');
	expect(await readAll()).toEqual([first]);
	expect(written).toBeGreaterThan(0);
});

it('in its own cluster the clock is that of the transactions', async () => {
	await owner`delete from activity_logs`;
	await owner`delete from lma.event_subscriptions`;
	await create('own@x.test');
	const [row] = await owner`
		select transaction_id < pg_snapshot_xmax(pg_current_snapshot()) as is_ours
		from activity_logs`;
	expect(row).toEqual({ is_ours: true });
});
