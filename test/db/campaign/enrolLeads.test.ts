import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { enrolLeads } from '../../../db/campaign/enrolLeads';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { mergeLeads } from '../../../db/merge/mergeLeads';
import { unmergeLeads } from '../../../db/merge/unmergeLeads';
import { newCampaignSchema } from '../../../domain/campaign/input';
import { parseInput } from '../../../domain/input/parseInput';
import { leadMergeSchema } from '../../../domain/merge/input';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('enrolment', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, {
			max: 4,
			onnotice: () => undefined,
			transform: { column: { from: postgres.toCamel } },
		});
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await owner`delete from campaigns`;
		await owner`delete from leads`;
	});

	const running = { name: 'x', status: 'active', startDate: '2026-01-01' };
	const create = async (fields: object = {}) =>
		rowOf(
			await acme.run((tx) => createCampaigns(tx, [parseInput(newCampaignSchema, { ...running, ...fields })])),
		).id;
	const newLeads = async (count: number, fields: object = {}) => {
		const leads = Array.from({ length: count }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: `L${n}`,
			lastName: '',
			score: n % 101,
			...fields,
		}));
		return rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
	};
	const enrol = async (...campaignIds: number[]) =>
		await acme.run((tx) =>
			enrolLeads(
				tx,
				campaignIds.map((campaignId) => ({ campaignId })),
			),
		);
	const memberIds = async () => {
		const rows = await owner<{ leadId: number }[]>`select lead_id from campaign_leads order by lead_id`;
		return rows.map(({ leadId }) => leadId);
	};

	it.each([
		['{}'],
		['null'],
		['{"tags": []}'],
		['{"minScore": ""}'],
		['{"industry": "energy"}'],
		['[]'],
		['"all"'],
		['{"all": true, "minScore": 10}'],
		['{"status": ["SOLD"]}'],
	])('takes nobody for %s, however it was stored', async (criteria) => {
		await newLeads(200);
		const [campaign] = await owner<{ id: number }[]>`
			insert into campaigns (organization_id, name, status, start_date, target_criteria)
			values (${acme.organization.id}, 'Autumn', 'active', '2026-01-01', ${criteria}::text::jsonb)
			returning id`;
		const row = rowOf(await enrol(campaign!.id));
		expect(row).toMatchObject({ campaignName: 'Autumn', enrolledLeads: 0, leads: [] });
		expect(['noCriteria', 'criteriaUnclear']).toContain(row.reason);
		expect(row.message).toMatch(/nobody/i);
		expect(await memberIds()).toEqual([]);
	});

	it('takes everybody where that is said, fifty a day, best score first, each with an event', async () => {
		await newLeads(120);
		const id = await create({ targetCriteria: { all: true } });
		const row = rowOf(await enrol(id));
		expect(row).toMatchObject({ enrolledLeads: 50, leftToday: 0, reason: 'capReached' });
		expect(row.leads.map(({ score }) => score)).toEqual(
			row.leads.map(({ score }) => score).toSorted((a, b) => b - a),
		);
		expect(row.leads[0]).toMatchObject({ email: 'l100@x.test', firstName: 'L100', score: 100 });
		const [{ events } = { events: 0 }] = await owner<{ events: number }[]>`
			select count(*)::int as events
			from activity_logs
			where campaign_id = ${id} and activity_type = 'campaign.leadAdded'`;
		expect(events).toBe(50);
		expect(rowOf(await enrol(id))).toMatchObject({ enrolledLeads: 0, reason: 'capReached' });
		await owner`update campaigns set enrolled_on = enrolled_on - 1`;
		expect(rowOf(await enrol(id))).toMatchObject({ enrolledLeads: 50, leftToday: 0 });
		await owner`update campaigns set enrolled_on = enrolled_on - 1`;
		expect(rowOf(await enrol(id))).toMatchObject({ enrolledLeads: 20, leftToday: 30, reason: 'nobodyLeft' });
	});

	it('goes by the criteria, and passes over closed leads where they name no status', async () => {
		const tags = ['webinar'];
		const [hot] = await newLeads(1, { tags, score: 80 });
		await newLeads(1, { tags, score: 20 });
		await newLeads(1, { tags: ['other'], score: 80 });
		const [won] = await newLeads(1, { tags, score: 90, status: 'CLOSED_WON' });
		const id = await create({ targetCriteria: { tags, minScore: 50 } });
		expect(rowOf(await enrol(id)).leads.map(({ leadId }) => leadId)).toEqual([hot]);
		const customers = await create({ targetCriteria: { tags, status: ['CLOSED_WON'] } });
		expect(rowOf(await enrol(customers)).leads.map(({ leadId }) => leadId)).toEqual([won]);
	});

	it('is within the cap of the day when many executions enrol at once', async () => {
		await newLeads(300);
		const ids = [
			await create({ targetCriteria: { all: true }, dailyEnrolmentCap: 40 }),
			await create({ targetCriteria: { all: true }, dailyEnrolmentCap: 7 }),
		];
		const runs = await Promise.all(
			Array.from({ length: 12 }, (_, n) => enrol(...(n % 2 ? ids : ids.toReversed()))),
		);
		const taken = runs.flatMap((results) => rowsOf(results));
		const sum = (id: number | undefined) =>
			taken
				.filter(({ campaignId }) => campaignId === id)
				.reduce((total, { enrolledLeads }) => total + enrolledLeads, 0);
		expect(ids.map(sum)).toEqual([40, 7]);
		expect(await memberIds()).toHaveLength(47);
	});

	it('is two statements, however many campaigns, each of which answers alone', async () => {
		await newLeads(30);
		const ids = [];
		for (let n = 0; n < 20; n++) ids.push(await create({ targetCriteria: { minScore: n + 1 } }));
		const draft = await create({ status: 'draft', targetCriteria: { all: true } });
		acme.statements.length = 0;
		const results = await enrol(...ids, 999_999, draft, ids[3]!);
		expect(acme.statements.filter((text) => text.includes('campaigns'))).toHaveLength(2);
		expect(results.map(({ row, error }) => row?.enrolledLeads ?? error?.message)).toEqual([
			...ids.map((_, n) => 29 - n),
			'Campaign 999999 not found',
			0,
			26,
		]);
		expect(results.at(-2)?.row).toMatchObject({ reason: 'notActive' });
	});

	it('does not bring back who was taken out, however the cap stands; a person can', async () => {
		const ids = await newLeads(3);
		const id = await create({ targetCriteria: { all: true }, dailyEnrolmentCap: 3 });
		expect(rowOf(await enrol(id)).enrolledLeads).toBe(3);
		await acme.run((tx) => removeLeadsFromCampaigns(tx, [{ campaignId: id, leadIds: [ids[0]!] }]));
		// As any other client would.
		await owner`delete from campaign_leads where lead_id = ${ids[1]!}`;
		await newLeads(2);
		expect(rowOf(await enrol(id))).toMatchObject({ enrolledLeads: 0, reason: 'capReached' });
		await owner`update campaigns set enrolled_on = enrolled_on - 1`;
		expect(rowOf(await enrol(id)).enrolledLeads).toBe(2);
		expect(await memberIds()).not.toContain(ids[0]);
		const [added] = rowOf(
			await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId: id, leadIds: [ids[0]!] }])),
		);
		expect(added?.added).toBe(true);
	});

	it('counts who was enrolled alone: leads added by hand take no place of the day', async () => {
		const ids = await newLeads(6);
		const id = await create({ targetCriteria: { all: true }, dailyEnrolmentCap: 3 });
		await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId: id, leadIds: ids.slice(3) }]));
		expect(rowOf(await enrol(id))).toMatchObject({ enrolledLeads: 3, reason: 'capReached' });
		expect(await memberIds()).toEqual(ids);
	});

	it('remembers of a merged lead what it left, and of a deleted one nothing', async () => {
		const [survivor = 0, duplicate = 0, deleted = 0] = await newLeads(3);
		const id = await create({ targetCriteria: { all: true } });
		await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId: id, leadIds: [duplicate, deleted] }]));
		await acme.run((tx) => removeLeadsFromCampaigns(tx, [{ campaignId: id, leadIds: [duplicate, deleted] }]));
		await acme.run((tx) => deleteLeads(tx, [deleted]));
		rowsOf(
			await acme.run((tx) =>
				mergeLeads(tx, [parseInput(leadMergeSchema, { leadId: survivor, duplicateIds: [duplicate] })]),
			),
		);
		const rows = await owner<{ leadId: number }[]>`select lead_id from lma.campaign_departures`;
		expect(rows.map(({ leadId }) => leadId)).toEqual([survivor]);
		expect(rowOf(await enrol(id)).reason).toBe('nobodyLeft');
	});

	describe('after merges', () => {
		const leave = async (campaignId: number, leadIds: number[]) => {
			await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId, leadIds }]));
			await acme.run((tx) => removeLeadsFromCampaigns(tx, [{ campaignId, leadIds }]));
		};
		const merge = async (leadId: number, ...duplicateIds: number[]) => {
			const wanted = parseInput(leadMergeSchema, { leadId, duplicateIds });
			return rowOf(await acme.run((tx) => mergeLeads(tx, [wanted]))).mergeId!;
		};
		const undo = async (mergeId: number) =>
			rowOf(await acme.run((tx) => unmergeLeads(tx, [{ mergeId, ifChanged: 'keep' }])));
		const departed = async () => {
			const rows = await owner<{ leadId: number }[]>`
				select lead_id from lma.campaign_departures order by lead_id`;
			return rows.map(({ leadId }) => leadId);
		};

		it('takes who had left none, and leaves out who had, when a merge is undone', async () => {
			const [survivor = 0, left = 0, alsoLeft = 0, other = 0] = await newLeads(4);
			const id = await create({ targetCriteria: { all: true } });
			await leave(id, [left]);
			await leave(id, [alsoLeft]);
			const before = await owner`select * from lma.campaign_departures order by lead_id`;
			const mergeId = await merge(survivor, left, alsoLeft, other);
			expect(await departed()).toEqual([survivor]);
			await undo(mergeId);
			expect(await owner`select * from lma.campaign_departures order by lead_id`).toEqual(before);
			await enrol(id);
			expect(await memberIds()).toEqual([survivor, other]);
		});

		it('leaves out a survivor that had left itself, before the merge or since', async () => {
			const [survivor = 0, left = 0] = await newLeads(2);
			const before = await create({ targetCriteria: { all: true } });
			const since = await create({ targetCriteria: { all: true } });
			await leave(before, [survivor, left]);
			await leave(since, [left]);
			const mergeId = await merge(survivor, left);
			await leave(since, [survivor]);
			await undo(mergeId);
			expect(await departed()).toEqual([survivor, survivor, left, left]);
		});

		it('leaves out the survivor as long as one merge stands whose duplicate had left', async () => {
			const [survivor = 0, first = 0, second = 0] = await newLeads(3);
			const id = await create({ targetCriteria: { all: true } });
			await leave(id, [first, second]);
			const firstMerge = await merge(survivor, first);
			const secondMerge = await merge(survivor, second);
			await undo(firstMerge);
			expect(await departed()).toEqual([survivor, first]);
			await undo(secondMerge);
			expect(await departed()).toEqual([first, second]);
		});

		it('forgets a campaign that was deleted before a merge is undone', async () => {
			const [survivor = 0, left = 0] = await newLeads(2);
			await leave(await create({ targetCriteria: { all: true } }), [left]);
			const mergeId = await merge(survivor, left);
			await owner`delete from campaigns`;
			await undo(mergeId);
			expect(await departed()).toEqual([]);
		});
	});

	it('is no change of the campaign, and deleting the campaign leaves nothing behind', async () => {
		const ids = await newLeads(2);
		const id = await create({ targetCriteria: { all: true } });
		await owner`update campaigns set name = 'y'`;
		const read = async () => (await owner`select updated_at from campaigns`)[0]?.['updatedAt'] as unknown;
		const before = await read();
		await enrol(id);
		expect(await read()).toEqual(before);
		await acme.run((tx) => removeLeadsFromCampaigns(tx, [{ campaignId: id, leadIds: ids }]));
		await owner`delete from campaigns`;
		expect(await owner`select from lma.campaign_departures`).toHaveLength(0);
	});

	it('takes nobody of another organization', async () => {
		await owner`
			with globex as (
				insert into organizations (name, slug) values ('globex', 'globex') returning id
			)
			insert into leads (email, first_name, last_name, organization_id)
			select 'x@globex.test', '', '', id from globex`;
		const ids = await newLeads(1);
		const id = await create({ targetCriteria: { all: true } });
		expect(rowOf(await enrol(id)).enrolledLeads).toBe(1);
		expect(await memberIds()).toEqual(ids);
	});
});
