import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { assignLeads } from '../../../db/assignment/assign';
import { connect, type Sql } from '../../../db/connection/client';
import { asOwner } from '../../../db/connection/owner';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import { getUserAccount } from '../../../db/user/account';
import { deactivateUser, setUserActive } from '../../../db/user/deactivate';
import type { ItemResult } from '../../../domain/itemResult';
import type { HandOver } from '../../../domain/user/input';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';
import { until } from '../../setup/until';

type Give = (tx: Sql, leadId: number, userId: number) => Promise<ItemResult<unknown>[]>;

const WAYS: [string, Give][] = [
	['assign', (tx, leadId, assignedToId) => assignLeads(tx, [{ leadId, strategy: 'user', assignedToId }])],
	[
		'assign in turn',
		(tx, leadId, id) => assignLeads(tx, [{ leadId, strategy: 'roundRobin', userIds: [id] }]),
	],
	['create', (tx, _, assignedToId) => createLeads(tx, [{ ...named('new'), assignedToId }])],
	['update', (tx, id, assignedToId) => updateLeads(tx, [{ id, assignedToId }])],
	['update or create', (tx, _, assignedToId) => upsertLeads(tx, [{ email: 'old@x.test', assignedToId }])],
];
const named = (name: string) => ({ email: `${name}@x.test`, firstName: '', lastName: '' });

describe('a user who is deactivated while leads are given to them', () => {
	let acme: TestTenant;
	let owner: ReturnType<typeof connect>;
	let leaving: number;
	let staying: number;
	let leadId: number;
	beforeAll(async () => {
		acme = await openTenant();
		owner = connect(acme.database.ownerUrl, { max: 3 });
		[leaving, staying] = acme.organization.userIds as [number, number];
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await acme.run((tx) => tx`delete from leads`);
		await asOwner(owner, (tx) => setUserActive(tx, acme.organization.id, leaving, true));
		[leadId] = rowsOf(await acme.run((tx) => createLeads(tx, [named('old')]))).map(({ id }) => id) as [
			number,
		];
	});

	const deactivate = (handOver: HandOver | undefined) =>
		asOwner(owner, async (tx) => {
			const account = await getUserAccount(tx, acme.organization, String(leaving));
			return await deactivateUser(tx, acme.organization, account, handOver);
		});
	const owned = async () => (await owner`select id from leads where assigned_to_id = ${leaving}`).length;
	const someoneWaits = () =>
		until('a statement waits for a lock', async () => {
			const waiting = await owner`
				select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
			return waiting.length > 0;
		});

	it.each(WAYS)('gets nothing by %s that comes later', async (_way, give) => {
		const { promise: isDecided, resolve: decide } = Promise.withResolvers<undefined>();
		const { promise: isInactive, resolve: inactive } = Promise.withResolvers<undefined>();
		const leave = asOwner(owner, async (tx) => {
			await setUserActive(tx, acme.organization.id, leaving, false);
			inactive(undefined);
			await isDecided;
		});
		await isInactive;
		const giving = acme.run((tx) => give(tx, leadId, leaving));
		await someoneWaits();
		decide(undefined);
		await leave;
		expect((await giving)[0]?.error).toBeDefined();
		expect(await owned()).toBe(0);
	});

	it.each(WAYS)('hands over what %s had begun to give', async (_way, give) => {
		const { promise: isDecided, resolve: decide } = Promise.withResolvers<undefined>();
		const { promise: isGiven, resolve: given } = Promise.withResolvers<undefined>();
		const giving = acme.run(async (tx) => {
			const results = await give(tx, leadId, leaving);
			given(undefined);
			await isDecided;
			return results;
		});
		await isGiven;
		const refused = expect(deactivate(undefined)).rejects.toThrow(`User ${leaving} owns 1 open lead`);
		await someoneWaits();
		decide(undefined);
		expect((await giving)[0]?.error).toBeUndefined();
		await refused;
		expect(await deactivate({ to: 'user', userId: staying })).toEqual([{ userId: staying, leads: 1 }]);
		expect(await owned()).toBe(0);
	});
});
