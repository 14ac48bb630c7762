import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { changeLeadStatus, updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const ann = {
	email: 'ann@x.test',
	firstName: 'Ann',
	company: 'Acme',
	tags: ['a', 'b'],
	customFields: { size: 3 },
	value: 500,
	expectedCloseDate: '2027-02-28',
};

describe('a write that changes nothing', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(() => acme.close());
	beforeEach(() => acme.run((tx) => tx`delete from leads`));

	const create = async () =>
		rowOf(await acme.run((tx) => createLeads(tx, [parseInput(newLeadSchema, { ...ann })])));

	/** How often anything was said of the lead, and where its row lies: an update writes it elsewhere. */
	async function traces(id: number) {
		const [row] = await acme.run(
			(tx) => tx`
				select l.ctid::text, l.updated_at::text, (select count(*) from activity_logs a where a.lead_id = l.id) as events
				from leads l
				where l.id = ${id}`,
		);
		return row;
	}

	it('leaves the lead as it is, whichever way it is said again, and answers with it', async () => {
		const lead = await create();
		const before = await traces(lead.id);
		const { email: _, ...fields } = ann;
		expect(rowOf(await acme.run((tx) => updateLeads(tx, [{ id: lead.id, ...fields }])))).toEqual(lead);
		expect(rowOf(await acme.run((tx) => updateLeads(tx, [{ id: lead.id }])))).toEqual(lead);
		expect(
			rowOf(
				await acme.run((tx) =>
					updateLeads(tx, [{ id: lead.id, customFieldChanges: { size: 3, none: null } }]),
				),
			),
		).toEqual(lead);
		expect(rowOf(await acme.run((tx) => upsertLeads(tx, [ann])))).toEqual({
			...lead,
			action: 'updated',
			changed: false,
		});
		expect(rowOf(await acme.run((tx) => changeLeadStatus(tx, [{ id: lead.id, status: 'NEW' }])))).toEqual({
			...lead,
			previousStatus: 'NEW',
		});
		expect(await traces(lead.id)).toEqual(before);
	});

	it('is told from one that changes something', async () => {
		const lead = await create();
		const [same, changed, created] = rowsOf(
			await acme.run((tx) =>
				upsertLeads(tx, [ann, { email: 'bob@x.test' }, { email: 'bob@x.test', company: 'B' }]),
			),
		);
		expect([same, changed, created].map((row) => [row!.action, row!.changed])).toEqual([
			['updated', false],
			['created', true],
			['updated', true],
		]);
		const [updated] = rowsOf(await acme.run((tx) => upsertLeads(tx, [{ ...ann, company: 'Other' }])));
		expect(updated).toMatchObject({ id: lead.id, company: 'Other', changed: true });
		expect(updated!.updatedAt > lead.updatedAt).toBe(true);
	});

	it('sees what another transaction has changed in the meantime', async () => {
		const lead = await create();
		let other: PromiseLike<unknown> | undefined;
		await acme.run(async (tx) => {
			rowsOf(await updateLeads(tx, [{ id: lead.id, company: 'Theirs' }]));
			other = acme.run((second) => updateLeads(second, [{ id: lead.id, company: 'Acme' }])).then(rowOf);
			await waitForLock(acme);
		});
		expect(await other).toMatchObject({ company: 'Acme' });
	});

	it('leaves updatedAt when another program makes it, too', async () => {
		const lead = await create();
		const before = await traces(lead.id);
		await acme.run((tx) => tx`update leads set company = company, updated_at = now() where id = ${lead.id}`);
		const after = await traces(lead.id);
		expect([after!.updatedAt, after!.events]).toEqual([before!.updatedAt, before!.events]);
		await acme.run((tx) => tx`update leads set company = 'New' where id = ${lead.id}`);
		expect((await traces(lead.id))!.updatedAt).not.toBe(before!.updatedAt);
	});
});

/** Until some session of the database waits for a lock. */
async function waitForLock({ sql }: TestTenant): Promise<void> {
	await expect
		.poll(
			async () =>
				(
					await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
				).length,
		)
		.toBeGreaterThan(0);
}
