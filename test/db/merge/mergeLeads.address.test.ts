import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findByAddress } from '../../../db/address/findByAddress';
import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { findLeads } from '../../../db/lead/find';
import { upsertLeads } from '../../../db/lead/upsert';
import { mergeLeads } from '../../../db/merge/mergeLeads';
import { leadUnmergeSchema, unmergeLeads } from '../../../db/merge/unmergeLeads';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { leadMergeSchema } from '../../../domain/merge/input';
import { seedOrganization } from '../../setup/database';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('the address of a lead that was merged away', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
		await seedOrganization(acme.database.ownerUrl, 'globex');
	});
	afterAll(() => acme.close());
	beforeEach(() => acme.run((tx) => tx`delete from leads`));

	const create = async (...emails: string[]) =>
		rowsOf(
			await acme.run((tx) =>
				createLeads(
					tx,
					emails.map((email) => parseInput(newLeadSchema, { email })),
				),
			),
		).map(({ id }) => id);
	const merge = async (leadId: number, duplicateIds: number[], rules: object = {}) =>
		rowOf(
			await acme.run((tx) =>
				mergeLeads(tx, [parseInput(leadMergeSchema, { leadId, duplicateIds, ...rules })]),
			),
		);
	const unmerge = async (mergeId: number | null) =>
		rowOf(await acme.run((tx) => unmergeLeads(tx, [parseInput(leadUnmergeSchema, { mergeId })])));
	const upsert = async (...leads: Parameters<typeof upsertLeads>[1]) =>
		rowsOf(await acme.run((tx) => upsertLeads(tx, leads)));
	const find = async (...addresses: string[]) =>
		(await acme.run((tx) => findByAddress(tx, { lead: addresses, user: [] }))).map(({ id }) => id);
	const count = async () => (await acme.run((tx) => tx`select from leads`)).length;

	it('leads to the survivor, which an upsert updates and whose own address it leaves', async () => {
		const [survivor, duplicate] = (await create('ann@x.test', 'Ann.Old@x.test')) as [number, number];
		await merge(survivor, [duplicate]);
		const [row] = await upsert({ email: 'ann.old@X.test', company: 'Acme' });
		expect(row).toMatchObject({
			id: survivor,
			email: 'ann@x.test',
			company: 'Acme',
			action: 'updated',
			changed: true,
		});
		expect(await find('ANN.OLD@x.test', 'ann@x.test', 'nobody@x.test')).toEqual([survivor, survivor, null]);
		expect(await count()).toBe(1);
	});

	it('is also the one that the survivor gave up for that of the duplicate', async () => {
		const [survivor] = (await create('old@x.test')) as [number];
		const [duplicate] = (await create('new@x.test')) as [number];
		const merged = await merge(survivor, [duplicate], { rules: { email: 'newest' } });
		expect(merged.email).toBe('new@x.test');
		const [row] = await upsert({ email: 'OLD@x.test', company: 'Acme' });
		expect(row).toMatchObject({ id: survivor, email: 'new@x.test', company: 'Acme' });
		expect(await find('old@x.test')).toEqual([survivor]);
	});

	it('follows the survivor into further merges, and comes back when they are undone', async () => {
		const [first, second, third] = (await create('1@x.test', '2@x.test', '3@x.test')) as [
			number,
			number,
			number,
		];
		const inner = await merge(second, [third]);
		const outer = await merge(first, [second]);
		expect(await find('3@x.test', '2@x.test')).toEqual([first, first]);
		await unmerge(outer.mergeId);
		expect(await find('3@x.test', '2@x.test')).toEqual([second, second]);
		await unmerge(inner.mergeId);
		expect(await find('3@x.test', '2@x.test')).toEqual([third, second]);
	});

	it('is that of another lead which really has it now', async () => {
		const [survivor, duplicate] = (await create('a@x.test', 'b@x.test')) as [number, number];
		await merge(survivor, [duplicate]);
		const [other] = await create('B@x.test');
		const [row] = await upsert({ email: 'b@x.test', company: 'Other' });
		expect(row).toMatchObject({ id: other, company: 'Other' });
		expect(await find('b@x.test')).toEqual([other]);
	});

	it('goes with the survivor when that is deleted', async () => {
		const [survivor, duplicate] = (await create('a@x.test', 'b@x.test')) as [number, number];
		await merge(survivor, [duplicate]);
		await acme.run((tx) => deleteLeads(tx, [survivor]));
		const [row] = await upsert({ email: 'b@x.test' });
		expect(row).toMatchObject({ email: 'b@x.test', action: 'created' });
		expect(row!.id).not.toBe(survivor);
	});

	it('leads nowhere in another organization', async () => {
		const [survivor, duplicate] = (await create('a@x.test', 'b@x.test')) as [number, number];
		await merge(survivor, [duplicate]);
		const [theirs] = await inOrganization(acme.sql, 'globex', (tx) =>
			upsertLeads(tx, [{ email: 'b@x.test' }]),
		);
		expect(theirs!.row).toMatchObject({ email: 'b@x.test', action: 'created' });
	});

	it('acts in order with the other addresses of the survivor in one batch, in a constant number of statements', async () => {
		const [survivor, ...duplicates] = (await create('s@x.test', 'd1@x.test', 'd2@x.test')) as [
			number,
			number,
			number,
		];
		await merge(survivor, duplicates);
		acme.statements.length = 0;
		const rows = await upsert(
			{ email: 'd1@x.test', company: 'One', phone: '1', customFieldChanges: { a: 1 } },
			{ email: 'S@x.test', company: 'Two', customFieldChanges: { b: 2 } },
			{ email: 'd2@x.test', jobTitle: 'CEO' },
			{ email: 'new@x.test' },
			...Array.from({ length: 50 }, (_, n) => ({ email: `more${n}@x.test` })),
		);
		expect(acme.statements.length).toBeLessThan(10);
		const merged = { id: survivor, email: 'S@x.test', company: 'Two', phone: '1', jobTitle: 'CEO' };
		for (const row of rows.slice(0, 3)) {
			expect(row).toMatchObject({ ...merged, customFields: { a: 1, b: 2 }, action: 'updated' });
		}
		expect(rows.slice(3).every(({ action }) => action === 'created')).toBe(true);
		expect(await count()).toBe(52);
	});

	it('fails alone with an owner who is not active, whatever the other addresses of the survivor say', async () => {
		const [inactive] = acme.organization.userIds as [number];
		const [survivor, one, two] = (await create('ann@x.test', 'a1@x.test', 'a2@x.test')) as [
			number,
			number,
			number,
		];
		await merge(survivor, [one, two]);
		const owner = connect(acme.database.ownerUrl, { max: 1 });
		await owner`update users set is_active = false where id = ${inactive}`;
		const results = await acme.run((tx) =>
			upsertLeads(tx, [
				{ email: 'a1@x.test', company: 'One' },
				{ email: 'a2@x.test', jobTitle: 'Two', assignedToId: inactive },
				{ email: 'ann@x.test', phone: '+43 1 234 5678' },
			]),
		);
		await owner`update users set is_active = true where id = ${inactive}`;
		await owner.end();
		expect(results.map(({ error }) => error?.message)).toEqual([
			undefined,
			`User ${inactive} is not active`,
			undefined,
		]);
		expect(results[2]?.row).toMatchObject({
			id: survivor,
			company: 'One',
			jobTitle: null,
			assignedToId: null,
			phone: '+43 1 234 5678',
		});
	});

	it('brings no duplicate back, whoever merges, undoes and upserts at the same time', async () => {
		const emails = ['0@x.test', '1@x.test', '2@x.test', '3@x.test'];
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.boolean()), { minLength: 4, maxLength: 8 }),
				async (steps) => {
					await acme.run((tx) => tx`delete from leads`);
					const ids = await create(...emails);
					await Promise.all(
						steps.map(async ([a, b, isMerge]) => {
							if (!isMerge || a === b) return void (await upsert({ email: emails[a]!, company: `C${b}` }));
							await acme.run((tx) =>
								mergeLeads(tx, [parseInput(leadMergeSchema, { leadId: ids[a], duplicateIds: [ids[b]] })]),
							);
						}),
					);
					const leads = await acme.run((tx) => tx<{ email: string }[]>`select email from leads`);
					expect(new Set(leads.map(({ email }) => email)).size).toBe(leads.length);
					const before = await count();
					const rows = await upsert(...emails.map((email) => ({ email })));
					expect(rows.map(({ action }) => action)).toEqual(emails.map(() => 'updated'));
					expect(await count()).toBe(before);
					const known = await acme.run((tx) => findLeads(tx, ids));
					expect(known.map(({ row }) => row!.id)).toEqual(rows.map(({ id }) => id));
				},
			),
			{ numRuns: 12 },
		);
	}, 60_000);
});
