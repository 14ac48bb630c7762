import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { assignLeads } from '../../../db/assignment/assign';
import { createLeads } from '../../../db/lead/create';
import { changeLeadStatus } from '../../../db/lead/update';
import { seedOrganization } from '../../setup/database';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

describe('assignLeads', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let team: number[];

	beforeAll(async () => {
		acme = await openTenant({ users: 3 });
		team = acme.organization.userIds;
		owner = postgres(acme.database.ownerUrl, { max: 1 });
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await owner`delete from leads`;
		await owner`delete from assignment_rotations`;
		await owner`update users set is_active = true`;
	});

	const newLeads = async (count: number) => {
		const leads = Array.from({ length: count }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: '',
			lastName: '',
		}));
		return rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
	};
	const owners = (results: Awaited<ReturnType<typeof assignLeads>>) =>
		rowsOf(results).map((row) => row.assignedToId);

	it('gives turns in order and goes on where the last call stopped', async () => {
		const ids = await newLeads(5);
		const turn = (from: number, to: number) =>
			acme.run((tx) =>
				assignLeads(
					tx,
					ids.slice(from, to).map((leadId) => ({ leadId, strategy: 'roundRobin' })),
				),
			);
		expect(owners(await turn(0, 2))).toEqual([team[0], team[1]]);
		expect(owners(await turn(2, 5))).toEqual([team[2], team[0], team[1]]);
	});

	it('is fair to the lead when sixty executions assign one lead each at once', async () => {
		const ids = await newLeads(60);
		const results = await Promise.all(
			ids.map((leadId) => acme.run((tx) => assignLeads(tx, [{ leadId, strategy: 'roundRobin' }]))),
		);
		const counts = Object.groupBy(results.flatMap(owners), (id) => String(id));
		expect(Object.values(counts).map((group) => group!.length)).toEqual([20, 20, 20]);
	});

	it('gives one lead to one owner when several assign it at once', async () => {
		const [leadId] = await newLeads(1);
		const results = await Promise.all(
			Array.from({ length: 10 }, () =>
				acme.run((tx) => assignLeads(tx, [{ leadId: leadId!, strategy: 'roundRobin' }])),
			),
		);
		const rows = results.flatMap(rowsOf);
		expect(new Set(rows.map((row) => row.assignedToId)).size).toBe(1);
		expect(rows.filter((row) => row.assigned)).toHaveLength(1);
	});

	it('fills up whoever has the fewest open leads; closed ones do not count', async () => {
		const ids = await newLeads(9);
		const give = (leadId: number, user: number) => ({
			leadId,
			strategy: 'user' as const,
			assignedToId: user,
		});
		await acme.run((tx) =>
			assignLeads(tx, [give(ids[0]!, team[0]!), give(ids[1]!, team[0]!), give(ids[2]!, team[1]!)]),
		);
		await acme.run((tx) => changeLeadStatus(tx, [{ id: ids[2]!, status: 'CLOSED_WON' }]));
		const results = await acme.run((tx) =>
			assignLeads(
				tx,
				ids.slice(3).map((leadId) => ({ leadId, strategy: 'leastLoaded' })),
			),
		);
		const counts = Object.groupBy(owners(results), (id) => String(id));
		expect([counts[team[0]!]?.length, counts[team[1]!]?.length, counts[team[2]!]?.length]).toEqual([1, 3, 2]);
	});

	it('keeps an owner unless told to reassign', async () => {
		const [leadId] = await newLeads(1);
		await acme.run((tx) => assignLeads(tx, [{ leadId: leadId!, strategy: 'user', assignedToId: team[2]! }]));
		const kept = await acme.run((tx) => assignLeads(tx, [{ leadId: leadId!, strategy: 'roundRobin' }]));
		expect(kept[0]!.row).toMatchObject({ assignedToId: team[2], assigned: false, reason: 'Kept its owner' });
		const moved = await acme.run((tx) =>
			assignLeads(tx, [{ leadId: leadId!, strategy: 'roundRobin', reassign: true }]),
		);
		expect(moved[0]!.row).toMatchObject({
			assignedToId: team[0],
			previousAssignedToId: team[2],
			assigned: true,
		});
	});

	it('passes over users who are not active', async () => {
		await owner`update users set is_active = false where id = ${team[1]!}`;
		const ids = await newLeads(4);
		const results = await acme.run((tx) =>
			assignLeads(
				tx,
				ids.map((leadId) => ({ leadId, strategy: 'roundRobin' })),
			),
		);
		expect(owners(results)).toEqual([team[0], team[2], team[0], team[2]]);
	});

	it('turns among the given users alone, with a turn of their own', async () => {
		const ids = await newLeads(3);
		const results = await acme.run((tx) =>
			assignLeads(
				tx,
				ids.map((leadId) => ({ leadId, strategy: 'roundRobin', userIds: [team[2]!, team[1]!] })),
			),
		);
		expect(owners(results)).toEqual([team[1], team[2], team[1]]);
	});

	it('assigns nothing when one of the given users is unknown', async () => {
		const [leadId] = (await newLeads(1)) as [number];
		const [result] = await acme.run((tx) =>
			assignLeads(tx, [{ leadId, strategy: 'leastLoaded', userIds: [team[0]!, 999_999] }]),
		);
		expect(result!.error?.message).toBe('User 999999 not found');
		const [untouched] = await owner`select assigned_to_id from leads where id = ${leadId}`;
		expect(untouched).toEqual({ assigned_to_id: null });
	});

	it('says why nobody can take a lead, and leaves the lead alone', async () => {
		const rival = await seedOrganization(acme.database.ownerUrl, `rival-${Date.now()}`, { users: 1 });
		await owner`update users set is_active = false where id = ${team[0]!}`;
		const [leadId] = (await newLeads(1)) as [number];
		const results = await acme.run((tx) =>
			assignLeads(tx, [
				{ leadId, strategy: 'user', assignedToId: rival.userIds[0]! },
				{ leadId, strategy: 'user', assignedToId: team[0]! },
				{ leadId, strategy: 'roundRobin', userIds: [team[0]!] },
				{ leadId: 999_999, strategy: 'roundRobin' },
			]),
		);
		expect(results.map((result) => result.error?.message)).toEqual([
			`User ${rival.userIds[0]} not found`,
			`User ${team[0]} is not active`,
			`Nobody can take lead ${leadId}`,
			'Lead 999999 not found',
		]);
		const [untouched] = await owner`select assigned_to_id from leads where id = ${leadId}`;
		expect(untouched).toEqual({ assigned_to_id: null });
	});
});
