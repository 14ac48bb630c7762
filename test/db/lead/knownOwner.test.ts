import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { assignLeads } from '../../../db/assignment/assign';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { connect } from '../../../db/connection/client';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const lead = (fields: object) => parseInput(newLeadSchema, fields);

describe('an owner who is not active', () => {
	let acme: TestTenant;
	let inactive: number;
	let active: number;
	let refusal: { code: string; message: string; description: string };
	beforeAll(async () => {
		acme = await openTenant();
		[inactive, active] = acme.organization.userIds as [number, number];
	});
	afterAll(() => acme.close());
	beforeEach(async () => {
		await acme.run((tx) => tx`delete from leads`);
		await setActive(false);
		refusal = {
			code: 'CONFLICT',
			message: `User ${inactive} is not active`,
			description: 'Choose an active user, or activate this one.',
		};
	});

	async function setActive(isActive: boolean) {
		const owner = connect(acme.database.ownerUrl, { max: 1 });
		await owner`update users set is_active = ${isActive} where id = ${inactive}`;
		await owner.end();
	}
	const create = async (...leads: object[]) =>
		rowsOf(await acme.run((tx) => createLeads(tx, leads.map(lead))));

	it('is refused by create, update and upsert as by assign, alone among others', async () => {
		const [a] = await create({ email: 'a@x.test' });
		const id = a!.id;
		const assigned = await acme.run((tx) =>
			assignLeads(tx, [{ leadId: id, strategy: 'user', assignedToId: inactive }]),
		);
		const created = await acme.run((tx) =>
			createLeads(tx, [
				lead({ email: 'b@x.test', assignedToId: inactive }),
				lead({ email: 'c@x.test', assignedToId: active }),
			]),
		);
		const updated = await acme.run((tx) =>
			updateLeads(tx, [
				{ id, company: 'C', assignedToId: inactive },
				{ id: created[1]!.row!.id, assignedToId: null },
			]),
		);
		const upserted = await acme.run((tx) =>
			upsertLeads(tx, [
				{ email: 'a@x.test', company: 'C', assignedToId: inactive },
				{ email: 'd@x.test', assignedToId: inactive },
				{ email: 'c@x.test', company: 'D' },
			]),
		);
		expect(
			[assigned, created, updated, upserted].map((results) => results.map(({ error }) => Boolean(error))),
		).toEqual([[true], [true, false], [true, false], [true, true, false]]);
		for (const [result] of [assigned, created, updated, upserted])
			expect(result!.error).toMatchObject(refusal);
		const stored = await acme.run(
			(tx) => tx`select email, company, assigned_to_id from leads order by email`,
		);
		expect([...stored]).toEqual([
			{ email: 'a@x.test', company: null, assignedToId: null },
			{ email: 'c@x.test', company: 'D', assignedToId: null },
		]);
	});

	it('is refused among several inputs for one lead', async () => {
		const [a] = await create({ email: 'a@x.test' });
		const patches = await acme.run((tx) =>
			updateLeads(tx, [
				{ id: a!.id, assignedToId: inactive, company: 'No' },
				{ id: a!.id, assignedToId: active },
			]),
		);
		const upserts = await acme.run((tx) =>
			upsertLeads(tx, [
				{ email: 'n@x.test', assignedToId: inactive },
				{ email: 'N@x.test', assignedToId: active, company: 'Yes' },
			]),
		);
		for (const results of [patches, upserts]) {
			expect(results[0]!.error).toMatchObject(refusal);
			expect(results[1]!.row).toMatchObject({ assignedToId: active });
		}
		expect(patches[1]!.row!.company).toBeNull();
	});

	it('keeps the leads that are theirs already: what is read can be written back', async () => {
		await setActive(true);
		const [a] = await create({ email: 'a@x.test', assignedToId: inactive });
		await setActive(false);
		const same = { assignedToId: inactive };
		const results = [
			rowOf(await acme.run((tx) => updateLeads(tx, [{ id: a!.id, ...same, company: 'A' }]))),
			rowOf(await acme.run((tx) => upsertLeads(tx, [{ email: 'a@x.test', ...same, company: 'B' }]))),
			...rowsOf(
				await acme.run((tx) =>
					upsertLeads(tx, [
						{ email: 'a@x.test', ...same },
						{ email: 'a@x.test', ...same, company: 'C' },
					]),
				),
			),
			...rowsOf(
				await acme.run((tx) =>
					updateLeads(tx, [
						{ id: a!.id, ...same },
						{ id: a!.id, ...same, company: 'D' },
					]),
				),
			),
		];
		expect(results.map(({ company, assignedToId }) => [company, assignedToId])).toEqual(
			['A', 'B', 'C', 'C', 'D', 'D'].map((company) => [company, inactive]),
		);
	});
});
