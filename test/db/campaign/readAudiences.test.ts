import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { withTargetedLeads } from '../../../db/campaign/countTargeted';
import { createCampaigns } from '../../../db/campaign/create';
import { enrolLeads } from '../../../db/campaign/enrolLeads';
import { listCampaigns } from '../../../db/campaign/list';
import { previewAudiences } from '../../../db/campaign/previewAudience';
import { updateCampaigns } from '../../../db/campaign/update';
import { asOwner } from '../../../db/connection/owner';
import { setCustomField } from '../../../db/customField/customField';
import { createLeads } from '../../../db/lead/create';
import { listLeads } from '../../../db/lead/list';
import { typeFilters } from '../../../db/lead/typeFilters';
import { audienceRequestSchema } from '../../../domain/campaign/audience';
import { campaignPatchSchema, newCampaignSchema } from '../../../domain/campaign/input';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('target criteria on custom fields', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
		await asOwner(owner, async (tx) => {
			await setCustomField(tx, acme.organization.id, { key: 'employees', type: 'number' });
			await setCustomField(tx, acme.organization.id, {
				key: 'topics',
				type: 'multiSelect',
				options: ['a', 'b'],
			});
		});
		const fields = [
			{ employees: 50, topics: ['a', 'b'] },
			{ employees: 51, topics: ['a'] },
			{ colour: 'red' },
		];
		const leads = fields.map((customFields, n) => ({
			email: `l${n}@x.test`,
			firstName: `L${n}`,
			lastName: '',
			customFields,
		}));
		rowsOf(await acme.run((tx) => createLeads(tx, leads)));
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await owner`delete from campaigns`;
	});

	const wanted = (customFields: object) => ({
		name: 'Autumn',
		status: 'active',
		startDate: '2026-01-01',
		targetCriteria: { customFields },
	});
	const create = (...criteria: object[]) =>
		acme.run((tx) =>
			createCampaigns(
				tx,
				criteria.map((customFields) => parseInput(newCampaignSchema, wanted(customFields))),
			),
		);
	/** As any other client would. */
	const store = async (customFields: object) => {
		const [row] = await owner<{ id: number }[]>`
			insert into campaigns (organization_id, name, status, start_date, target_criteria)
			values (${acme.organization.id}, 'Autumn', 'active', '2026-01-01', ${owner.json({ customFields } as never)})
			returning id`;
		return row!.id;
	};
	const enrol = (campaignIds: number[]) =>
		acme.run((tx) =>
			enrolLeads(
				tx,
				campaignIds.map((campaignId) => ({ campaignId })),
			),
		);
	const preview = (...requests: object[]) =>
		acme.run((tx) =>
			previewAudiences(
				tx,
				requests.map((request) => parseInput(audienceRequestSchema, request)),
			),
		);
	const emails = (leads: { email: string }[]) => leads.map(({ email }) => email).toSorted();

	it.each([
		[{ employees: '50' }, ['l0@x.test']],
		[{ employees: 50 }, ['l0@x.test']],
		[{ topics: 'a' }, ['l0@x.test', 'l1@x.test']],
		[{ colour: 'red' }, ['l2@x.test']],
		[{ employees: '51', topics: ['a'] }, ['l1@x.test']],
		[{ employees: 7 }, []],
	])('such as %j mean whom a list of leads finds', async (customFields, expected) => {
		const listed = await acme.run(async (tx) =>
			listLeads(tx, rowOf(await typeFilters(tx, [{ customFields }]))),
		);
		expect(emails(listed)).toEqual(expected);
		const [shown] = rowsOf(await preview({ targetCriteria: { customFields } }));
		expect(shown).toMatchObject({ targetedLeads: expected.length, conditions: { customFields } });
		expect(emails(shown!.leads)).toEqual(expected);
		const created = await create(customFields);
		expect(rowOf(created).targetCriteria).toEqual({ customFields });
		const counted = await acme.run((tx) => withTargetedLeads(tx, created));
		expect(rowOf(counted).targetedLeads).toBe(expected.length);
		const { id } = rowOf(created);
		expect(emails(rowOf(await preview({ campaignId: id })).leads)).toEqual(expected);
		expect(emails(rowOf(await enrol([id])).leads)).toEqual(expected);
	});

	it.each([
		[{ emploees: '50' }, /customFields\.emploees is no custom field of the organization/, /employees/],
		[{ employees: 'many' }, /customFields\.employees/, /./],
	])('such as %j are refused, the campaign alone', async (customFields, message, remedy) => {
		const [right, wrong] = await create({ employees: 50 }, customFields);
		expect(wrong?.error).toMatchObject({
			code: 'INVALID_VALUE',
			message: expect.stringMatching(message) as string,
			description: expect.stringMatching(remedy) as string,
		});
		expect(wrong?.error).toHaveProperty('field', expect.stringMatching(/^targetCriteria\.customFields\./));
		expect(await acme.run((tx) => listCampaigns(tx, {}))).toHaveLength(1);

		const { id } = right!.row!;
		const patches = [
			{ id, targetCriteria: { customFields } },
			{ id, name: 'Winter' },
		].map((patch) => parseInput(campaignPatchSchema, patch));
		const [refused, renamed] = await acme.run((tx) => updateCampaigns(tx, patches));
		expect(refused?.error?.message).toMatch(message);
		expect(renamed?.row).toMatchObject({
			name: 'Winter',
			targetCriteria: { customFields: { employees: 50 } },
		});

		const [asked] = await preview({ targetCriteria: { customFields } });
		expect(asked?.error?.message).toMatch(message);
	});

	it('that another client has stored with a typo are unclear, and mean nobody', async () => {
		const id = await store({ emploees: '50' });
		const unclear = {
			reason: 'criteriaUnclear',
			message: expect.stringMatching(/emploees is no custom.*nobody/i) as string,
		};
		expect(rowOf(await enrol([id]))).toMatchObject({ enrolledLeads: 0, ...unclear });
		expect(rowOf(await preview({ campaignId: id }))).toMatchObject({
			targetedLeads: 0,
			conditions: null,
			leads: [],
			...unclear,
		});
		const stored = await acme.run(async (tx) => {
			const rows = await listCampaigns(tx, {});
			return withTargetedLeads(
				tx,
				rows.map((row) => ({ row })),
			);
		});
		expect(rowOf(stored).targetedLeads).toBe(0);
	});

	it('take the same statements for one campaign as for many', async () => {
		const statements = async (work: () => Promise<unknown>) => {
			acme.statements.length = 0;
			await work();
			return acme.statements.filter((text) => /campaigns|find_leads|custom_field_definitions/.test(text))
				.length;
		};
		const one = await store({ employees: '50', colour: 'red' });
		const many = [one];
		for (let n = 0; n < 10; n++) many.push(await store({ employees: n, colour: `c${n}` }));
		const asked = many.map((campaignId) => ({ campaignId }));
		expect(await statements(() => preview({ campaignId: one }))).toBe(5);
		expect(await statements(() => preview(...asked))).toBe(5);
		expect(await statements(() => enrol([one]))).toBe(4);
		expect(await statements(() => enrol(many))).toBe(4);
		expect(await statements(() => create({ employees: 1 }))).toBe(2);
		expect(
			await statements(() => create(...Array.from({ length: 10 }, (_, employees) => ({ employees })))),
		).toBe(2);
	});
});
