import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { findCampaigns } from '../../../db/campaign/find';
import { type CampaignFilter, listCampaigns } from '../../../db/campaign/list';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { updateCampaigns } from '../../../db/campaign/update';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { campaignPatchSchema, newCampaignSchema } from '../../../domain/campaign/input';
import { leadsToAddSchema } from '../../../domain/campaign/membership';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('campaigns', () => {
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
	beforeEach(async () => {
		await owner`delete from campaigns`;
	});

	const create = (...fields: object[]) =>
		acme.run((tx) =>
			createCampaigns(
				tx,
				fields.map((campaign) => parseInput(newCampaignSchema, campaign)),
			),
		);
	const update = (...fields: object[]) =>
		acme.run((tx) =>
			updateCampaigns(
				tx,
				fields.map((patch) => parseInput(campaignPatchSchema, patch)),
			),
		);

	it('are created in order, each with what was given and the defaults', async () => {
		const [userId] = acme.organization.userIds;
		const rows = rowsOf(
			await create(
				{ name: 'Spring', createdBy: userId, startDate: '2027-03-01', budgetAllocated: 5000 },
				{ name: 'Summer', status: 'active', goals: { deals: 3 } },
			),
		);
		expect(rows).toMatchObject([
			{ name: 'Spring', status: 'draft', startDate: '2027-03-01', createdBy: userId, budgetSpent: 0 },
			{ name: 'Summer', status: 'active', goals: { deals: 3 }, targetCriteria: {}, startDate: null },
		]);
	});

	it('fail alone when their creator is unknown', async () => {
		const results = await create({ name: 'a', createdBy: 999_999 }, { name: 'b' });
		expect(results.map(({ error }) => error?.message)).toEqual(['User 999999 not found', undefined]);
		expect(results[1]?.row?.name).toBe('b');
	});

	it('may not end before they start, whichever of the two is changed', async () => {
		const dates = { startDate: '2027-03-01', endDate: '2027-02-28' };
		expect(() => parseInput(newCampaignSchema, { name: 'x', ...dates })).toThrow(
			/endDate is before startDate/,
		);
		const { id } = rowOf(await create({ name: 'x', startDate: '2027-03-01', endDate: '2027-03-01' }));
		const results = await update({ id, startDate: '2027-03-02' });
		expect(results[0]?.error?.message).toBe(`endDate is before startDate in campaign ${id}`);
		expect(rowOf(await update({ id, startDate: '2027-03-02', endDate: null }))).toMatchObject({
			startDate: '2027-03-02',
			endDate: null,
		});
	});

	it('keep what a change leaves out, and refuse null where there must be a value', async () => {
		const { id } = rowOf(await create({ name: 'x', description: 'd', campaignType: 'mail', budgetSpent: 7 }));
		const changed = rowOf(await update({ id, description: null, status: 'paused' }));
		expect(changed).toMatchObject({
			description: null,
			status: 'paused',
			campaignType: 'mail',
			budgetSpent: 7,
		});
		for (const field of ['name', 'status', 'goals', 'budgetSpent']) {
			expect(() => parseInput(campaignPatchSchema, { id, [field]: null })).toThrow(`${field} cannot be null`);
		}
	});

	it('stay untouched by a change that changes nothing, their updatedAt too', async () => {
		const fields = { name: 'x', budgetSpent: 7, startDate: '2027-03-01', targetCriteria: { tags: ['a'] } };
		const { id, updatedAt } = rowOf(await create(fields));
		const same = rowOf(await update({ id, ...fields, description: null }));
		expect(same).toMatchObject({ ...fields, id, updatedAt });
		const changed = rowOf(await update({ id, ...fields, budgetSpent: 8 }));
		expect(changed.budgetSpent).toBe(8);
		expect(changed.updatedAt).not.toBe(updatedAt);
		expect(rowOf(await update({ id, dailyEnrolmentCap: 5 }))).toMatchObject({ dailyEnrolmentCap: 5 });
	});

	it('take several changes of one campaign in order, as one statement', async () => {
		const { id } = rowOf(await create({ name: 'x' }));
		acme.statements.length = 0;
		const results = await update(
			{ id, name: 'y', status: 'active' },
			{ id: 999_999, name: 'z' },
			{ id, name: 'w' },
		);
		expect(acme.statements.filter((text) => text.includes('update campaigns'))).toHaveLength(1);
		expect(results.map(({ row, error }) => row?.name ?? error?.message)).toEqual([
			'w',
			'Campaign 999999 not found',
			'w',
		]);
		expect(results[0]?.row?.status).toBe('active');
	});

	it('are listed by conditions that combine, in the order asked for', async () => {
		await create(
			{ name: 'b 100%', status: 'active', startDate: '2027-02-01', endDate: '2027-02-10' },
			{ name: 'A 100', status: 'active', startDate: '2027-01-01', campaignType: 'mail' },
			{ name: 'c', status: 'paused' },
		);
		const names = async (filter: CampaignFilter) =>
			(await acme.run((tx) => listCampaigns(tx, filter))).map(({ name }) => name);
		expect(await names({})).toEqual(['c', 'A 100', 'b 100%']);
		expect(await names({ orderBy: 'name' })).toEqual(['A 100', 'b 100%', 'c']);
		expect(await names({ orderBy: 'startDate', limit: 2 })).toEqual(['A 100', 'b 100%']);
		expect(await names({ search: '100%' })).toEqual(['b 100%']);
		expect(await names({ status: ['active'], campaignType: 'mail' })).toEqual(['A 100']);
		expect(await names({ runsOn: '2027-02-10' })).toEqual(['A 100', 'b 100%']);
		expect(await names({ runsOn: '2027-02-11' })).toEqual(['A 100']);
	});

	describe('with leads', () => {
		let campaignId: number;
		beforeEach(async () => {
			campaignId = rowOf(await create({ name: 'x' })).id;
		});

		const newLeads = async (count: number) => {
			const leads = Array.from({ length: count }, (_, n) => ({
				email: `l${n}@x.test`,
				firstName: '',
				lastName: '',
			}));
			return rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		};
		const add = (...requests: object[]) =>
			acme.run((tx) =>
				addLeadsToCampaigns(
					tx,
					requests.map((request) => parseInput(leadsToAddSchema, request)),
				),
			);
		const remove = (...requests: { campaignId: number; leadIds: number[] }[]) =>
			acme.run((tx) => removeLeadsFromCampaigns(tx, requests));
		const countEvents = async (type: string) => {
			const [row] = await owner<{ count: number }[]>`
				select count(*)::int as count
				from activity_logs
				where campaign_id = ${campaignId} and activity_type = ${type}`;
			return row?.count;
		};

		it('say of each whether it was added, also within one batch', async () => {
			const [a = 0, b = 0, c = 0] = await newLeads(3);
			const results = rowsOf(
				await add(
					{ campaignId, leadIds: [b, a, b] },
					{ campaignId, leadIds: [a, c], membershipStatus: 'vip' },
				),
			);
			expect(results).toMatchObject([
				[
					{ campaignId, leadId: b, status: 'active', added: true },
					{ leadId: a, added: true },
				],
				[
					{ leadId: a, status: 'active', added: false },
					{ leadId: c, status: 'vip', added: true },
				],
			]);
			const again = rowOf(await add({ campaignId, leadIds: [c], membershipStatus: 'other' }));
			expect(again).toEqual([{ ...results[1]?.[1], added: false }]);
			expect(await countEvents('campaign.leadAdded')).toBe(3);
		});

		it('add nothing of a request with an unknown lead or campaign, and all of the others', async () => {
			const [a = 0, b = 0] = await newLeads(2);
			const results = await add(
				{ campaignId, leadIds: [a, 999_999] },
				{ campaignId: 999_999, leadIds: [a] },
				{ campaignId, leadIds: [b] },
			);
			expect(results.map(({ error }) => error?.message)).toEqual([
				'Lead 999999 not found',
				'Campaign 999999 not found',
				undefined,
			]);
			expect(rowOf(await acme.run((tx) => findCampaigns(tx, [campaignId]))).leadCount).toBe(1);
			const skipping = await add({ campaignId, leadIds: [999_999, a], skipUnknownLeads: true });
			expect(rowOf(skipping).map(({ leadId }) => leadId)).toEqual([a]);
		});

		it('never name leads or campaigns of another organization', async () => {
			const [a = 0] = await newLeads(1);
			const [foreign] = await owner<{ leadId: number; campaignId: number }[]>`
				with globex as (
					insert into organizations (name, slug)
					values ('globex', 'globex')
					returning id
				), lead as (
					insert into leads (email, first_name, last_name, organization_id)
					select 'x@globex.test', '', '', id from globex
					returning id
				), campaign as (
					insert into campaigns (name, organization_id)
					select 'secret', id from globex
					returning id
				)
				select lead.id as "leadId", campaign.id as "campaignId"
				from lead, campaign`;
			const results = await add(
				{ campaignId, leadIds: [foreign!.leadId] },
				{ campaignId: foreign!.campaignId, leadIds: [a] },
			);
			expect(results.map(({ error }) => error?.code)).toEqual(['LEAD_NOT_FOUND', 'CAMPAIGN_NOT_FOUND']);
			const removed = await remove({ campaignId: foreign!.campaignId, leadIds: [foreign!.leadId] });
			expect(removed[0]?.error?.code).toBe('CAMPAIGN_NOT_FOUND');
		});

		it('are taken out by their own ids; one that is not in is no error', async () => {
			const [a = 0, b = 0] = await newLeads(2);
			await add({ campaignId, leadIds: [a] });
			const results = await remove(
				{ campaignId, leadIds: [b, a, 999_999] },
				{ campaignId, leadIds: [a] },
				{ campaignId: 999_999, leadIds: [a] },
			);
			expect(results[0]?.row?.map(({ removed }) => removed)).toEqual([false, true, false]);
			expect(results[1]?.row).toEqual([{ campaignId, leadId: a, removed: false }]);
			expect(results[2]?.error?.message).toBe('Campaign 999999 not found');
			expect(await countEvents('campaign.leadRemoved')).toBe(1);
		});

		it('come by ten thousand in one statement, in their order, and go so', async () => {
			const ids = (await newLeads(10_000)).reverse();
			acme.statements.length = 0;
			const added = rowOf(await add({ campaignId, leadIds: ids }));
			expect(added.map(({ leadId }) => leadId)).toEqual(ids);
			expect(added.every((row) => row.added)).toBe(true);
			const removed = rowsOf(await remove(...ids.map((id) => ({ campaignId, leadIds: [id] }))));
			expect(removed.flat().every((row) => row.removed)).toBe(true);
			expect(acme.statements.filter((text) => text.includes('campaign_leads'))).toHaveLength(2);
		});

		it('added by many at once are each added by one of them', async () => {
			const ids = await newLeads(200);
			const runs = await Promise.all(
				Array.from({ length: 16 }, (_, n) => add({ campaignId, leadIds: n % 2 ? ids : ids.toReversed() })),
			);
			const rows = runs.flatMap((results) => rowOf(results));
			expect(rows).toHaveLength(16 * 200);
			expect(rows.filter(({ added }) => added)).toHaveLength(200);
			expect(rows.every(({ addedAt, status }) => addedAt && status === 'active')).toBe(true);
			expect(await countEvents('campaign.leadAdded')).toBe(200);
		});

		it('that wait for another execution see what it did', async () => {
			const [a = 0] = await newLeads(1);
			const inserted = Promise.withResolvers<undefined>();
			const release = Promise.withResolvers<undefined>();
			const first = acme.run(async (tx) => {
				const results = await addLeadsToCampaigns(tx, [
					{ campaignId, leadIds: [a], membershipStatus: 'first' },
				]);
				inserted.resolve(undefined);
				await release.promise;
				return results;
			});
			await inserted.promise;
			const second = add({ campaignId, leadIds: [a], membershipStatus: 'second' });
			await expect
				.poll(
					async () =>
						(
							await owner`
							select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
						).length,
				)
				.toBe(1);
			release.resolve(undefined);
			expect(rowOf(await first)).toMatchObject([{ added: true, status: 'first' }]);
			expect(rowOf(await second)).toMatchObject([{ added: false, status: 'first' }]);
		});

		it('added and removed while they are deleted end as found or not found', async () => {
			for (let round = 0; round < 8; round++) {
				const ids = await newLeads(200);
				const half = ids.slice(0, 100);
				await add({ campaignId, leadIds: half });
				const [, added, removed] = await Promise.all([
					acme.run((tx) => deleteLeads(tx, half)),
					add(...ids.toReversed().map((id) => ({ campaignId, leadIds: [id] }))),
					remove(...half.map((id) => ({ campaignId, leadIds: [id] }))),
				]);
				expect(added.filter(({ row }) => row).length).toBeGreaterThanOrEqual(100);
				expect(added.every(({ error }) => !error || error.code === 'LEAD_NOT_FOUND')).toBe(true);
				expect(removed.every(({ error }) => !error)).toBe(true);
			}
		});
	});
});
