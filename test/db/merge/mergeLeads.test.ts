import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { listCommunications } from '../../../db/communication/list';
import { logCommunications } from '../../../db/communication/write';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { findLeads } from '../../../db/lead/find';
import { mergeLeads } from '../../../db/merge/mergeLeads';
import { leadTimelines } from '../../../db/lead/timeline';
import { leadUnmergeSchema, unmergeLeads } from '../../../db/merge/unmergeLeads';
import { updateLeads } from '../../../db/lead/update';
import { createNotes, listNotes } from '../../../db/note/note';
import { organizationMetrics, userProductivity } from '../../../db/report/report';
import { newCampaignSchema } from '../../../domain/campaign/input';
import { timelineSchema } from '../../../domain/event/timeline';
import { parseInput } from '../../../domain/input/parseInput';
import type { ItemResult } from '../../../domain/itemResult';
import { newLeadSchema } from '../../../domain/lead/input';
import { leadMergeSchema } from '../../../domain/merge/input';
import { seedOrganization } from '../../setup/database';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const merge = (fields: object) => parseInput(leadMergeSchema, fields);
const undo = (fields: object) => parseInput(leadUnmergeSchema, fields);
const call = { communicationType: 'call' as const, direction: 'outbound' as const };

describe('merging leads', () => {
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
	beforeEach(() => acme.run((tx) => tx`delete from leads`));

	async function create(...leads: object[]): Promise<number[]> {
		const parsed = leads.map((fields) => parseInput(newLeadSchema, { email: 'a@x.test', ...fields }));
		return rowsOf(await acme.run((tx) => createLeads(tx, parsed))).map(({ id }) => id);
	}
	const run = async (fields: object) => rowOf(await acme.run((tx) => mergeLeads(tx, [merge(fields)])));
	const runUndo = async (fields: object) => rowOf(await acme.run((tx) => unmergeLeads(tx, [undo(fields)])));

	/** Everything of the organization that a merge can touch, as it is stored; times of change left out, and what merging notes itself. */
	async function everything() {
		const [row] = await owner`
			select
				(select jsonb_agg(to_jsonb(l) - 'updated_at' order by id) from leads l) as leads,
				(select jsonb_agg(to_jsonb(c) - 'updated_at' order by id) from communications c) as communications,
				(select jsonb_agg(to_jsonb(n) - 'updated_at' order by id) from lead_notes n) as notes,
				(select jsonb_agg(to_jsonb(m) - 'updated_at' order by id) from campaign_leads m) as memberships,
				(
					select jsonb_agg(to_jsonb(a) order by id)
					from activity_logs a
					where activity_type in ('lead.created', 'communication.logged', 'note.created', 'campaign.leadAdded')
						and lead_id is not null
				) as events,
				(select count(*) from lma.lead_merges) as merges,
				(select count(*) from lma.merged_leads) as merged`;
		return row;
	}

	async function drift(): Promise<unknown[]> {
		return [...(await owner`select * from lma.totals_drift(${acme.organization.id})`)];
	}

	/** Three leads of one person with a history, in two campaigns. */
	async function world() {
		const [user, other] = acme.organization.userIds;
		const [survivor, second, third] = (await create(
			{
				firstName: 'Ann',
				tags: ['a', 'b'],
				customFields: { size: 3, city: '' },
				notes: 'One',
				score: 10,
				assignedToId: user,
			},
			{
				company: 'Acme',
				tags: ['b', 'c'],
				customFields: { size: 4, city: 'Vienna', big: 7 },
				notes: 'Two',
				score: 60,
				leadTemperature: 'hot',
				status: 'QUALIFIED',
				assignedToId: other,
			},
			{ company: 'Other', phone: '123', expectedCloseDate: '2027-02-28', value: 5, notes: 'One' },
		)) as [number, number, number];
		await acme.run((tx) =>
			logCommunications(
				tx,
				[survivor, second, second, third].map((leadId, n) => ({
					leadId,
					...call,
					userId: user!,
					completedAt: `2026-01-0${n + 1}T00:00:00Z`,
				})),
			),
		);
		await acme.run((tx) =>
			createNotes(
				tx,
				[second, third].map((leadId) => ({ leadId, content: 'x', userId: user! })),
			),
		);
		const campaigns = await acme.run(
			(tx) => tx<{ id: number }[]>`
				insert into campaigns (organization_id, name)
				select (select lma.current_organization_id()), name from unnest(array['one', 'two']) as name
				returning id`,
		);
		await acme.run(
			(tx) => tx`
				insert into campaign_leads (organization_id, campaign_id, lead_id, status)
				select (select lma.current_organization_id()), c.id, l.id, 'active'
				from unnest(${campaigns.map(({ id }) => id)}::int[]) with ordinality as c(id, n)
				cross join unnest(${[survivor, second, third]}::int[]) with ordinality as l(id, n)
				where c.n = 2 and l.n > 1 or c.n = 1 and l.n < 3`,
		);
		return { survivor, second, third };
	}

	it('brings fields, communications, notes, memberships and events of all into one lead', async () => {
		const { survivor, second, third } = await world();
		const merged = await run({ leadId: survivor, duplicateIds: [second, third] });
		expect(merged).toMatchObject({
			id: survivor,
			firstName: 'Ann',
			company: 'Acme',
			phone: '123',
			tags: ['a', 'b', 'c'],
			customFields: { size: 3, city: 'Vienna', big: 7 },
			notes: 'One\n\nTwo',
			score: 60,
			value: 5,
			leadTemperature: 'hot',
			status: 'NEW',
			expectedCloseDate: '2027-02-28',
			assignedToId: acme.organization.userIds[0],
			firstContactedAt: '2026-01-01T00:00:00.000Z',
			lastContactedAt: '2026-01-04T00:00:00.000Z',
			mergedIds: [second, third],
			alreadyMergedIds: [],
			communicationsMoved: 3,
			notesMoved: 2,
			campaignsMoved: 1,
		});
		expect(merged.changedFields).toContain('company');
		expect(merged.changedFields).not.toContain('firstName');
		expect(await acme.run((tx) => listCommunications(tx, { leadId: survivor }))).toHaveLength(4);
		expect(await acme.run((tx) => listNotes(tx, { leadId: survivor }))).toHaveLength(2);
		const memberships = await owner`select lead_id from campaign_leads`;
		expect(memberships.map(({ lead_id: leadId }) => leadId as number)).toEqual([survivor, survivor]);
		expect(await owner`select from leads where id in ${owner([second, third])}`).toHaveLength(0);
		expect(await owner`select from activity_logs where lead_id in ${owner([second, third])}`).toHaveLength(0);
		expect(await drift()).toEqual([]);
	});

	it('is one event of the lead, not one for each thing that moved, and nothing new', async () => {
		const { survivor, second, third } = await world();
		const [{ last }] = (await owner`select max(id) as last from activity_logs`) as unknown as [
			{ last: string },
		];
		await run({ leadId: survivor, duplicateIds: [second, third] });
		const events =
			await owner`select activity_type as type from activity_logs where id > ${last} order by id`;
		expect(events.map(({ type }) => type as string).sort()).toEqual([
			'lead.deleted',
			'lead.deleted',
			'lead.merged',
			'lead.scored',
			'lead.temperatureChanged',
			'lead.updated',
		]);
	});

	it('keeps other events of the same transaction', async () => {
		const { survivor, second, third } = await world();
		await acme.run(async (tx) => {
			await logCommunications(tx, [{ leadId: second, ...call }]);
			await tx`update communications set subject = 'edited' where lead_id = ${second}`;
			return await mergeLeads(tx, [merge({ leadId: survivor, duplicateIds: [second, third] })]);
		});
		const [{ edits }] = (await owner`
			select count(*)::int as edits from activity_logs
			where lead_id = ${survivor} and activity_type = 'communication.updated'`) as unknown as [{ edits: number }];
		expect(edits).toBe(3);
	});

	it('can be looked at before, and then does just that', async () => {
		const { survivor, second, third } = await world();
		const before = await everything();
		for (const rules of [
			{},
			{ company: 'newest', score: 'lowest', notes: 'longest', tags: 'survivor', status: 'highest' },
		]) {
			const preview = await run({ leadId: survivor, duplicateIds: [second, third], rules, isPreview: true });
			expect(preview).toMatchObject({ isPreview: true, mergeId: null });
			expect(await everything()).toEqual(before);
			const { mergeId, ...merged } = await run({ leadId: survivor, duplicateIds: [second, third], rules });
			expect({ ...preview, updatedAt: null, isPreview: false }).toEqual({
				...merged,
				mergeId: null,
				updatedAt: null,
			});
			await runUndo({ mergeId });
		}
	});

	it('can be undone: every lead, communication, note, membership and event is what and whose it was', async () => {
		const { survivor, second, third } = await world();
		const before = await everything();
		const metrics = await acme.run((tx) => organizationMetrics(tx));
		const productivity = await acme.run((tx) => userProductivity(tx, {}));
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [second, third] });
		expect(await everything()).not.toEqual(before);
		expect(await runUndo({ mergeId })).toMatchObject({
			id: survivor,
			company: null,
			score: 10,
			mergeId,
			restoredIds: [second, third],
			changedFields: [],
			missing: 0,
			ownersMissing: 0,
		});
		expect(await everything()).toEqual(before);
		expect(await drift()).toEqual([]);
		expect(await acme.run((tx) => organizationMetrics(tx))).toEqual(metrics);
		expect(await acme.run((tx) => userProductivity(tx, {}))).toEqual(productivity);
		const [again] = await acme.run((tx) => unmergeLeads(tx, [undo({ mergeId })]));
		expect(again?.error?.message).toBe(`Merge ${mergeId} not found`);
	});

	it('leads from the ids of the duplicates to the lead, and its timeline has the history of all', async () => {
		const { survivor, second, third } = await world();
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [second, third] });
		const found = await acme.run((tx) => findLeads(tx, [second, survivor, 777_777]));
		expect(found).toMatchObject([
			{ row: { id: survivor, redirectedFromId: second } },
			{ row: { id: survivor } },
			{ error: { message: 'Lead 777777 not found' } },
		]);
		expect(found[1]!.row?.redirectedFromId).toBeNull();
		const timeline = async (leadId: number) =>
			rowOf(await acme.run((tx) => leadTimelines(tx, [parseInput(timelineSchema, { leadId })])));
		const entries = await timeline(second);
		expect(entries).toEqual(await timeline(survivor));
		expect(entries.filter(({ type }) => type === 'lead.created')).toHaveLength(3);
		expect(entries.find(({ type }) => type === 'lead.merged')).toMatchObject({
			after: { mergedIds: [second, third], mergeId, communications: 3 },
		});
		await runUndo({ mergeId });
		expect(await timeline(second)).not.toEqual(await timeline(survivor));
	});

	it('can be repeated: what is merged already is no error', async () => {
		const { survivor, second, third } = await world();
		await run({ leadId: survivor, duplicateIds: [second] });
		expect(await run({ leadId: survivor, duplicateIds: [second, third] })).toMatchObject({
			mergedIds: [third],
			alreadyMergedIds: [second],
		});
		expect(await run({ leadId: survivor, duplicateIds: [third, second] })).toMatchObject({
			mergeId: null,
			mergedIds: [],
			alreadyMergedIds: [third, second],
			changedFields: [],
		});
	});

	it('says plainly what was changed since, and keeps or overwrites it as told', async () => {
		for (const ifChanged of ['keep', 'overwrite']) {
			const { survivor, second, third } = await world();
			const { mergeId } = await run({ leadId: survivor, duplicateIds: [second, third] });
			await acme.run((tx) => updateLeads(tx, [{ id: survivor, company: 'Later', firstName: 'Anna' }]));
			const merged = await everything();
			const [refused] = await acme.run((tx) => unmergeLeads(tx, [undo({ mergeId })]));
			expect(refused?.error?.message).toBe(
				`Lead ${survivor} has been changed since merge ${mergeId}: company`,
			);
			expect(await everything()).toEqual(merged);
			expect(await runUndo({ mergeId, ifChanged })).toMatchObject({
				company: ifChanged === 'keep' ? 'Later' : null,
				firstName: 'Anna',
				score: 10,
				changedFields: ['company'],
			});
			expect(await drift()).toEqual([]);
		}
	});

	it('is undone around what came and went since', async () => {
		const { survivor, second, third } = await world();
		const [, ownerOfSecond] = acme.organization.userIds;
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [second, third] });
		await acme.run((tx) =>
			logCommunications(tx, [{ leadId: survivor, ...call, completedAt: '2026-05-01T00:00:00Z' }]),
		);
		await acme.run((tx) => tx`delete from lead_notes where lead_id = ${survivor} and content = 'x'`);
		await owner`delete from users where id = ${ownerOfSecond!}`;
		expect(await runUndo({ mergeId })).toMatchObject({
			missing: 2,
			ownersMissing: 1,
			lastContactedAt: '2026-05-01T00:00:00.000Z',
		});
		expect(await acme.run((tx) => listCommunications(tx, { leadId: survivor }))).toHaveLength(2);
		const [restored] = rowsOf(await acme.run((tx) => findLeads(tx, [second])));
		expect(restored).toMatchObject({ assignedToId: null, company: 'Acme' });
		expect(await drift()).toEqual([]);
		await owner`
			insert into users (id, email, username, first_name, last_name, hashed_password, organization_id)
			values (${ownerOfSecond!}, 'back@x.test', 'back', 'B', 'B', '', ${acme.organization.id})`;
	});

	const contacted = (leadId: number, day: string) =>
		acme.run((tx) => logCommunications(tx, [{ leadId, ...call, completedAt: `${day}T00:00:00.000Z` }]));
	/** First and last contact of leads, as days. */
	const contactDays = async (...ids: number[]) =>
		rowsOf(await acme.run((tx) => findLeads(tx, ids))).map(({ firstContactedAt, lastContactedAt }) => [
			firstContactedAt?.slice(0, 10) ?? null,
			lastContactedAt?.slice(0, 10) ?? null,
		]);

	it('undone, counts what was said since for the lead that it was said to', async () => {
		const [survivor, duplicate] = (await create({}, {})) as [number, number];
		await contacted(duplicate, '2026-01-01');
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [duplicate] });
		await contacted(survivor, '2026-03-01');
		await runUndo({ mergeId });
		expect(await contactDays(survivor, duplicate)).toEqual([
			['2026-03-01', '2026-03-01'],
			['2026-01-01', '2026-01-01'],
		]);
	});

	it('undone, takes along the date of a message that was waiting and has been sent since', async () => {
		const [survivor, duplicate] = (await create({}, {})) as [number, number];
		await owner`
			insert into communications
				(organization_id, lead_id, communication_type, direction, status, scheduled_at)
			values (${acme.organization.id}, ${duplicate}, 'email', 'outbound', 'scheduled', '2027-01-01')`;
		const message = async () => {
			const [row] = await owner`
				select to_jsonb(c) - '{lead_id,updated_at}'::text[] as fields
				from communications c
				where lead_id in ${owner([survivor, duplicate])}`;
			return row;
		};
		const waiting = await message();
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [duplicate] });
		expect(await message()).toEqual(waiting);
		await owner`
			update communications
			set status = 'completed', completed_at = '2026-02-01T00:00:00Z'
			where lead_id = ${survivor}`;
		expect(await contactDays(survivor)).toEqual([['2026-02-01', '2026-02-01']]);
		await runUndo({ mergeId });
		expect(await contactDays(survivor, duplicate)).toEqual([
			[null, null],
			['2026-02-01', '2026-02-01'],
		]);
	});

	it('can be undone before a later one of the same lead, and leaves nothing behind for that to bring back', async () => {
		const [survivor, second, third, fourth] = (await create(
			{ company: 'First', score: 10 },
			{ company: 'Second', score: 60 },
			{ score: 70 },
			{ score: 80 },
		)) as [number, number, number, number];
		for (const [n, id] of [second, third, fourth].entries()) await contacted(id, `2026-0${n + 1}-01`);
		const before = await everything();
		const rules = { company: 'longest' };
		const merges = [];
		for (const id of [second, third, fourth])
			merges.push(await run({ leadId: survivor, duplicateIds: [id], rules }));
		const [first, middle, last] = merges.map(({ mergeId }) => mergeId);
		expect(await runUndo({ mergeId: first, ifChanged: 'keep' })).toMatchObject({
			score: 80,
			company: 'First',
		});
		expect(await contactDays(survivor, second)).toEqual([
			['2026-02-01', '2026-03-01'],
			['2026-01-01', '2026-01-01'],
		]);
		expect(await runUndo({ mergeId: last })).toMatchObject({ score: 70 });
		expect(await contactDays(survivor)).toEqual([['2026-02-01', '2026-02-01']]);
		expect(await runUndo({ mergeId: middle })).toMatchObject({ score: 10 });
		expect(await everything()).toEqual(before);
		expect(await drift()).toEqual([]);
	});

	it('of a lead that others were merged into is undone in the reverse order', async () => {
		const { survivor, second, third } = await world();
		const before = await everything();
		const first = await run({ leadId: second, duplicateIds: [third] });
		const between = await everything();
		const then = await run({ leadId: survivor, duplicateIds: [second] });
		expect(await acme.run((tx) => findLeads(tx, [third]))).toMatchObject([
			{ row: { id: survivor, redirectedFromId: third } },
		]);
		const [refused] = await acme.run((tx) => unmergeLeads(tx, [undo({ mergeId: first.mergeId })]));
		expect(refused?.error).toMatchObject({
			message: `Lead ${second} has itself been merged into another lead since, by merge ${then.mergeId}`,
			description: `Undo merge ${then.mergeId} first.`,
		});
		await runUndo({ mergeId: then.mergeId });
		expect(await everything()).toEqual(between);
		await runUndo({ mergeId: first.mergeId });
		expect(await everything()).toEqual(before);
	});

	it('of leads that are not there, the same, merged elsewhere or of another organization fails alone', async () => {
		const { survivor, second, third } = await world();
		const [fourth, fifth] = (await create({}, {})) as [number, number];
		await seedOrganization(acme.database.ownerUrl, 'globex').catch(() => undefined);
		const [foreign] = rowsOf(
			await inOrganization(acme.sql, 'globex', (tx) =>
				createLeads(tx, [{ email: 'f@x.test', firstName: '', lastName: '' }]),
			),
		);
		await run({ leadId: second, duplicateIds: [third] });
		const results = await acme.run((tx) =>
			mergeLeads(tx, [
				merge({ leadId: survivor, duplicateIds: [survivor] }),
				merge({ leadId: survivor, duplicateIds: [777_777] }),
				merge({ leadId: 777_777, duplicateIds: [survivor] }),
				merge({ leadId: survivor, duplicateIds: [foreign!.id] }),
				merge({ leadId: foreign!.id, duplicateIds: [survivor] }),
				merge({ leadId: survivor, duplicateIds: [third] }),
				merge({ leadId: third, duplicateIds: [survivor] }),
				merge({ leadId: survivor, duplicateIds: [fourth] }),
				merge({ leadId: survivor, duplicateIds: [fifth] }),
				merge({ leadId: second, duplicateIds: [survivor] }),
				merge({ leadId: fourth, duplicateIds: [second] }),
			]),
		);
		expect(results.map(({ row, error }) => error?.message ?? row?.mergedIds)).toEqual([
			`duplicateIds: lead ${survivor} cannot be merged into itself`,
			'Lead 777777 not found',
			'Lead 777777 not found',
			`Lead ${foreign!.id} not found`,
			`Lead ${foreign!.id} not found`,
			`Lead ${third} was merged into lead ${second}`,
			`Lead ${third} was merged into lead ${second}`,
			[fourth],
			[fifth],
			`Lead ${survivor} is in several different merges at once`,
			`Lead ${fourth} is in several different merges at once`,
		]);
		expect(results[7]!.row?.mergeId).toBe(results[8]!.row?.mergeId);
		const [other] = await inOrganization(acme.sql, 'globex', (tx) =>
			unmergeLeads(tx, [undo({ mergeId: results[7]!.row!.mergeId! })]),
		);
		expect(other?.error?.message).toMatch(/^Merge \d+ not found$/);
	});

	it('forgets what it kept when the lead is deleted', async () => {
		const { survivor, second, third } = await world();
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [second, third] });
		await acme.run((tx) => deleteLeads(tx, [survivor]));
		const { merges, merged, communications } = (await everything()) as Record<string, unknown>;
		expect({ merges, merged, communications }).toEqual({ merges: '0', merged: '0', communications: null });
		const [refused] = await acme.run((tx) => unmergeLeads(tx, [undo({ mergeId })]));
		expect(refused?.error?.message).toBe(`Merge ${mergeId} not found`);
	});

	it('forgets all of a chain of merges when the last lead is deleted', async () => {
		const ids = (await create({}, {}, {})) as [number, number, number];
		await acme.run((tx) =>
			updateLeads(
				tx,
				ids.map((id) => ({ id, notes: 'Of a person' })),
			),
		);
		const [first, second, third] = ids;
		await run({ leadId: second, duplicateIds: [first] });
		await run({ leadId: third, duplicateIds: [second] });
		await acme.run((tx) => deleteLeads(tx, [third]));
		expect(await everything()).toMatchObject({ merges: '0', merged: '0' });
		expect(await kept('Of a person')).toEqual([]);
	});

	/** Events with this text. */
	const kept = async (text: string) => [
		...(await owner`
			select activity_type as type, activity_metadata as metadata
			from activity_logs
			where strpos(activity_metadata::text, ${text}) > 0
			order by id`),
	];

	it('undone, leaves nothing of a duplicate that is then deleted in the history of the lead', async () => {
		const [survivor, duplicate] = (await create(
			{ company: 'Own' },
			{ phone: 'Other person', notes: 'Other person' },
		)) as [number, number];
		const { mergeId } = await run({ leadId: survivor, duplicateIds: [duplicate] });
		expect(await kept('Other person')).toHaveLength(1);
		await runUndo({ mergeId });
		await acme.run((tx) => deleteLeads(tx, [duplicate]));
		expect(await kept('Other person')).toEqual([]);
		const events = await owner`
			select activity_metadata as metadata
			from activity_logs
			where lead_id = ${survivor} and activity_type = 'lead.updated'
			order by id`;
		expect(events.map(({ metadata }) => metadata as unknown)).toEqual([
			{ before: { phone: null, notes: null }, after: {}, changed: ['notes', 'phone'] },
			{ before: {}, after: { phone: null, notes: null }, changed: ['notes', 'phone'] },
		]);
	});

	it(
		'of fifty duplicates, and of a lead with ten thousand communications, comes in as many statements as of one',
		{ timeout: 90_000 },
		async () => {
			const ids = await create(...Array.from({ length: 51 }, (_, n) => ({ phone: `${n}`, tags: [`t${n}`] })));
			const many = Array.from({ length: 10_000 }, (_, n) => ({ leadId: ids[1 + (n % 2)]!, ...call }));
			rowsOf(await acme.run((tx) => logCommunications(tx, many)));
			const before = await everything();
			const start = acme.statements.length;
			const merged = await run({ leadId: ids[0], duplicateIds: ids.slice(1) });
			const statements = acme.statements.length - start;
			expect(merged).toMatchObject({ communicationsMoved: 10_000, mergedIds: ids.slice(1) });
			expect(merged.tags).toHaveLength(51);
			await runUndo({ mergeId: merged.mergeId });
			expect(await everything()).toEqual(before);
			const pairs = Array.from({ length: 25 }, (_, n) =>
				merge({ leadId: ids[2 * n], duplicateIds: [ids[2 * n + 1]] }),
			);
			const middle = acme.statements.length;
			rowsOf(await acme.run((tx) => mergeLeads(tx, pairs)));
			expect(acme.statements.length - middle).toBe(statements);
			expect(await drift()).toEqual([]);
		},
	);

	it('is done once when the same or the opposite is asked for twenty times at once', async () => {
		const { survivor, second } = await world();
		const attempts = Array.from({ length: 20 }, (_, n) =>
			acme.run((tx) =>
				mergeLeads(tx, [
					n % 2 === 0
						? merge({ leadId: survivor, duplicateIds: [second] })
						: merge({ leadId: second, duplicateIds: [survivor] }),
				]),
			),
		);
		const results = (await Promise.all(attempts)).map((result) => result[0]!);
		expect(results.filter(({ row }) => row?.mergedIds.length === 1)).toHaveLength(1);
		for (const { row, error } of results) {
			if (error) expect(error.message).toMatch(/^Lead \d+ was merged into lead \d+$/);
			else expect(row.mergedIds.length + row.alreadyMergedIds.length).toBe(1);
		}
		expect(await drift()).toEqual([]);
	});

	it('loses nothing that is written to its leads at the same time', async () => {
		for (let round = 0; round < 5; round++) {
			const [survivor, duplicate] = (await create({}, {})) as [number, number];
			const writes = Array.from({ length: 10 }, (_, n) => {
				const leadId = n % 2 === 0 ? survivor : duplicate;
				return n % 4 < 2
					? acme.run((tx) => createNotes(tx, [{ leadId, content: 'Late' }]))
					: acme.run((tx) => logCommunications(tx, [{ leadId, ...call }]));
			});
			const edits = [survivor, duplicate].map((id) =>
				acme.run((tx) => updateLeads(tx, [{ id, jobTitle: 'Boss' }])),
			);
			const merging = run({ leadId: survivor, duplicateIds: [duplicate] });
			const written = (await Promise.all([...writes, ...edits])).map(
				(result) => result[0] as { error?: Error },
			);
			await merging;
			for (const { error } of written) {
				if (error) expect(error.message).toBe(`Lead ${duplicate} not found`);
			}
			const [{ kept }] = (await owner`
				select (select count(*) from lead_notes where lead_id = ${survivor})::int
					+ (select count(*) from communications where lead_id = ${survivor})::int as kept`) as unknown as [
				{ kept: number },
			];
			expect(kept).toBe(written.slice(0, 10).filter(({ error }) => !error).length);
		}
		expect(await drift()).toEqual([]);
	});

	it('of leads that share others, undone and written to at once, leaves every lead and total right', async () => {
		const ids = await create(...Array.from({ length: 8 }, () => ({})));
		const campaign = rowOf(
			await acme.run((tx) => createCampaigns(tx, [parseInput(newCampaignSchema, { name: 'c' })])),
		);
		const expected =
			/^Lead \d+ (not found|was merged into lead \d+|has itself been merged into another lead since, by merge \d+)$/;
		const checked = async <T>(results: PromiseLike<ItemResult<T>[]>) => {
			const [{ row, error }] = (await results) as [ItemResult<T>];
			if (error) expect(error.message).toMatch(expected);
			return row;
		};
		await Promise.all(
			Array.from({ length: 60 }, async (_, n) => {
				const [leadId, second, third] = [0, 1, 3].map((step) => ids[(n * 5 + step) % 8]!) as [
					number,
					number,
					number,
				];
				const membership = { campaignId: campaign.id, leadIds: [leadId] };
				if (n % 5 === 0) await checked(acme.run((tx) => addLeadsToCampaigns(tx, [membership])));
				else if (n % 5 === 1) await checked(acme.run((tx) => removeLeadsFromCampaigns(tx, [membership])));
				else if (n % 5 === 2) await checked(acme.run((tx) => logCommunications(tx, [{ leadId, ...call }])));
				else {
					const duplicateIds = [second, third];
					const merged = await checked(acme.run((tx) => mergeLeads(tx, [merge({ leadId, duplicateIds })])));
					if (!merged?.mergeId || n % 2 === 0) return;
					const { mergeId } = merged;
					await checked(acme.run((tx) => unmergeLeads(tx, [undo({ mergeId, ifChanged: 'keep' })])));
				}
			}),
		);
		expect(await drift()).toEqual([]);
		for (;;) {
			const due = await owner<{ id: string }[]>`
				select id from lma.lead_merges where current_lead_id = survivor_id order by id desc`;
			if (due.length === 0) break;
			const undos = due.map(({ id }) => undo({ mergeId: Number(id), ifChanged: 'overwrite' }));
			for (const { error } of await acme.run((tx) => unmergeLeads(tx, undos))) expect(error).toBeUndefined();
		}
		const leads = await owner`
			select l.id, to_jsonb((l.first_contacted_at, l.last_contacted_at)) = to_jsonb((min(c.at), max(c.at))) as is_right
			from leads l
			left join (select lead_id, coalesce(completed_at, created_at) as at from communications) c on c.lead_id = l.id
			where l.organization_id = ${acme.organization.id}
			group by l.id
			order by l.id`;
		expect([...leads]).toEqual(ids.map((id) => ({ id, is_right: true })));
		expect(await drift()).toEqual([]);
	});

	it('knows every table whose rows belong to a lead', async () => {
		const tables = await owner`
			select distinct conrelid::regclass::text as name
			from pg_constraint
			where contype = 'f' and confrelid = 'leads'::regclass
			order by 1`;
		// A table not here would lose the rows of a duplicate: let lma.merge_leads move them, or a trigger of lma.merged_leads.
		expect(tables.map(({ name }) => name as string)).toEqual([
			'campaign_leads',
			'communications',
			'lead_notes',
			'lma.lead_merges',
			'suppressions',
		]);
	});

	it('refuses to be asked past the node for what is not there or named twice', async () => {
		const { survivor, second } = await world();
		for (const duplicates of [[777_777], [second, second], [survivor]]) {
			const input = [
				{ ordinal: 0, survivor_id: survivor, duplicate_ids: duplicates, sources: {}, combined: {} },
			];
			await expect(acme.run((tx) => tx`select lma.merge_leads(${tx.json(input)})`)).rejects.toThrow(
				'A lead to merge does not exist, or is named twice',
			);
		}
	});
});
