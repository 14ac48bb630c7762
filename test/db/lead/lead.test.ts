import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { findLeads } from '../../../db/lead/find';
import { listLeads } from '../../../db/lead/list';
import { changeLeadStatus, updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema, upsertLeadSchema } from '../../../domain/lead/input';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const lead = (fields: object) => parseInput(newLeadSchema, fields);
const upsert = (fields: object) => parseInput(upsertLeadSchema, fields);

describe('leads', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(() => acme.close());
	beforeEach(() => acme.run((tx) => tx`delete from leads`));

	describe('createLeads', () => {
		it('returns the rows in input order, with defaults, ISO timestamps and JSON as JSON', async () => {
			const [ann, bob] = rowsOf(
				await acme.run((tx) =>
					createLeads(tx, [
						lead({ email: ' Ann@x.test ', firstName: 'Ann', tags: ['a', 'a'], customFields: { size: 3 } }),
						lead({ email: 'bob@x.test', value: '1500', expectedCloseDate: '2027-02-28' }),
					]),
				),
			);
			expect(ann).toMatchObject({
				email: 'Ann@x.test',
				firstName: 'Ann',
				lastName: '',
				status: 'NEW',
				source: 'OTHER',
				score: 0,
				leadTemperature: 'cold',
				tags: ['a'],
				customFields: { size: 3 },
			});
			expect(ann!.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
			expect(bob).toMatchObject({ email: 'bob@x.test', value: 1500, expectedCloseDate: '2027-02-28' });
			expect(ann).not.toHaveProperty('emailKey');
		});

		it('fails only the lead whose owner is no user of the organization', async () => {
			const results = await acme.run((tx) =>
				createLeads(tx, [lead({ email: 'a@x.test', assignedToId: 999_999 }), lead({ email: 'b@x.test' })]),
			);
			expect(results[0]!.error).toMatchObject({ code: 'USER_NOT_FOUND', message: 'User 999999 not found' });
			expect(results[1]!.row).toMatchObject({ email: 'b@x.test' });
		});

		it('stores SQL and quotes as they are', async () => {
			const hostile = `'); drop table leads; -- \\ "$1" %s`;
			const [row] = rowsOf(
				await acme.run((tx) =>
					createLeads(tx, [lead({ email: 'x@x.test', firstName: hostile, notes: hostile })]),
				),
			);
			expect(row).toMatchObject({ firstName: hostile, notes: hostile });
		});

		it('takes as many statements for a thousand leads as for one', async () => {
			const countFor = async (count: number) => {
				acme.statements.length = 0;
				await acme.run((tx) =>
					createLeads(
						tx,
						Array.from({ length: count }, (_, n) => lead({ email: `lead${n}@x.test` })),
					),
				);
				return acme.statements.length;
			};
			expect(await countFor(1000)).toBe(await countFor(1));
		});
	});

	describe('upsertLeads', () => {
		it('updates just the given fields of a lead with that address, whatever its letter case', async () => {
			await acme.run((tx) =>
				createLeads(tx, [lead({ email: 'Ann@x.test', firstName: 'Ann', company: 'Old' })]),
			);
			const [row] = rowsOf(
				await acme.run((tx) => upsertLeads(tx, [upsert({ email: 'ANN@X.test', company: 'New' })])),
			);
			expect(row).toMatchObject({ action: 'updated', firstName: 'Ann', company: 'New' });
			expect(await acme.run((tx) => listLeads(tx, {}))).toHaveLength(1);
		});

		it('lets inputs with one address act in order: the first creates, the others update', async () => {
			const rows = rowsOf(
				await acme.run((tx) =>
					upsertLeads(tx, [
						upsert({ email: 'a@x.test', company: 'One', firstName: 'A' }),
						upsert({ email: 'b@x.test' }),
						upsert({ email: 'A@x.test', company: 'Two' }),
					]),
				),
			);
			expect(rows.map((row) => row.action)).toEqual(['created', 'created', 'updated']);
			expect(rows[2]).toMatchObject({ id: rows[0]!.id, company: 'Two', firstName: 'A' });
		});

		it('creates one lead when fifty upsert the same address at once', async () => {
			const results = await Promise.all(
				Array.from({ length: 50 }, () =>
					acme.run((tx) => upsertLeads(tx, [upsert({ email: 'race@x.test', firstName: 'R' })])),
				),
			);
			const actions = results.flatMap(rowsOf).map((row) => row.action);
			expect(actions.filter((action) => action === 'created')).toHaveLength(1);
			expect(await acme.run((tx) => listLeads(tx, { email: 'race@x.test' }))).toHaveLength(1);
		});

		it('does not deadlock when big batches overlap in opposite order', async () => {
			const batch = Array.from({ length: 500 }, (_, n) => upsert({ email: `lead${n}@x.test` }));
			await Promise.all([
				acme.run((tx) => upsertLeads(tx, batch)),
				acme.run((tx) => upsertLeads(tx, batch.toReversed())),
				acme.run((tx) => upsertLeads(tx, batch)),
			]);
			expect(await acme.run((tx) => listLeads(tx, { limit: 1000 }))).toHaveLength(500);
		});

		it('updates the oldest of several leads with one address', async () => {
			const [oldest] = rowsOf(
				await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test' }), lead({ email: 'a@x.test' })])),
			);
			const [row] = rowsOf(
				await acme.run((tx) => upsertLeads(tx, [upsert({ email: 'a@x.test', company: 'C' })])),
			);
			expect(row!.id).toBe(oldest!.id);
		});
	});

	describe('updateLeads', () => {
		it('keeps what is left out and clears what is null', async () => {
			const { id } = rowOf(
				await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test', company: 'C', phone: '1' })])),
			);
			const [row] = rowsOf(await acme.run((tx) => updateLeads(tx, [{ id, company: null, score: 7 }])));
			expect(row).toMatchObject({ company: null, phone: '1', score: 7 });
		});

		it('fails only unknown leads and owners, and changes nothing of those', async () => {
			const [a, b] = rowsOf(
				await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test' }), lead({ email: 'b@x.test' })])),
			);
			const results = await acme.run((tx) =>
				updateLeads(tx, [
					{ id: a!.id, company: 'C', assignedToId: 999_999 },
					{ id: b!.id, company: 'D' },
					{ id: 888_888, company: 'E' },
				]),
			);
			expect(results.map((result) => result.error?.message)).toEqual([
				'User 999999 not found',
				undefined,
				'Lead 888888 not found',
			]);
			const [unchanged] = rowsOf(await acme.run((tx) => findLeads(tx, [a!.id])));
			expect(unchanged!.company).toBeNull();
		});
	});

	it('says what the status was before a change', async () => {
		const { id } = rowOf(await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test' })])));
		const [row] = rowsOf(await acme.run((tx) => changeLeadStatus(tx, [{ id, status: 'QUALIFIED' }])));
		expect(row).toMatchObject({ status: 'QUALIFIED', previousStatus: 'NEW' });
	});

	it('deletes a lead with its history and leaves only the fact that it was there', async () => {
		const { id } = rowOf(await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test' })])));
		const results = await acme.run((tx) => deleteLeads(tx, [id, 777_777]));
		expect(results[0]!.row).toEqual({ id, deleted: true });
		expect(results[1]!.error?.message).toBe('Lead 777777 not found');
		const history = await acme.run((tx) => tx`select * from activity_logs where lead_id = ${id}`);
		expect(history).toHaveLength(0);
		const [last] = await acme.run((tx) => tx`select * from activity_logs order by id desc limit 1`);
		expect(last).toMatchObject({ activityType: 'lead.deleted', activityMetadata: { before: { id } } });
		expect(JSON.stringify(last)).not.toContain('a@x.test');
	});

	it('lists by conditions that combine', async () => {
		const [owner] = acme.organization.userIds;
		await acme.run((tx) =>
			createLeads(tx, [
				lead({ email: 'a@x.test', score: 80, status: 'QUALIFIED', tags: ['vip'], assignedToId: owner }),
				lead({ email: 'b@x.test', score: 60, status: 'QUALIFIED', company: '50%_off' }),
				lead({ email: 'c@x.test', score: 80, status: 'NEW', leadTemperature: 'hot', source: 'EVENT' }),
			]),
		);
		const emails = async (filter: Parameters<typeof listLeads>[1]) =>
			(await acme.run((tx) => listLeads(tx, filter))).map((row) => row.email[0]);
		expect(await emails({ status: ['QUALIFIED'], minScore: 70 })).toEqual(['a']);
		expect(await emails({ maxScore: 60 })).toEqual(['b']);
		expect(await emails({ tags: ['vip'] })).toEqual(['a']);
		expect(await emails({ assignedToId: owner })).toEqual(['a']);
		expect(await emails({ unassigned: true, sortBy: 'score' })).toEqual(['c', 'b']);
		expect(await emails({ leadTemperature: ['hot'], source: ['EVENT'] })).toEqual(['c']);
		expect(await emails({ search: '50%_' })).toEqual(['b']);
		expect(await emails({ search: 'nothing like it' })).toEqual([]);
		expect(await emails({ sortDirection: 'asc', limit: 1, offset: 1 })).toEqual(['b']);
		expect(await emails({ createdAfter: '2999-01-01T00:00:00Z' })).toEqual([]);
	});

	it('records every change with its before and after, and who in n8n did it', async () => {
		const context = { n8nWorkflowId: 'wf-1', n8nExecutionId: '77' };
		const { id } = rowOf(await acme.run((tx) => createLeads(tx, [lead({ email: 'a@x.test' })]), context));
		await acme.run(
			(tx) => updateLeads(tx, [{ id, company: 'C', score: 50, assignedToId: acme.organization.userIds[0]! }]),
			context,
		);
		await acme.run((tx) => updateLeads(tx, [{ id, company: 'C' }]), context);
		const events = await acme.run(
			(tx) => tx<{ activityType: string; activityMetadata: unknown }[]>`
				select activity_type, activity_metadata, n8n_workflow_id, n8n_execution_id
				from activity_logs
				where lead_id = ${id}
				order by activity_type`,
		);
		expect(events.map((event) => event.activityType)).toEqual([
			'lead.assigned',
			'lead.created',
			'lead.scored',
			'lead.updated',
		]);
		expect(events[2]!.activityMetadata).toEqual({ before: { score: 0 }, after: { score: 50 } });
		expect(events[3]!.activityMetadata).toEqual({ before: { company: null }, after: { company: 'C' } });
		expect(events[3]).toMatchObject({ n8nWorkflowId: 'wf-1', n8nExecutionId: '77' });
	});
});
