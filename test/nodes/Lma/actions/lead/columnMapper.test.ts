import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type INode, type NodeParameterValueType } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { asOwner } from '../../../../../db/connection/owner';
import { removeCustomField, setCustomField } from '../../../../../db/customField/customField';
import type { CustomFieldInput } from '../../../../../domain/customField/customField';
import { Lma } from '../../../../../nodes/Lma/Lma.node';
import { additionalData, nodeUnderTest } from '../../../../engine/engine';
import { NodeTypes } from '../../../../engine/nodeTypes';
import { byId, type LmaUnderTest, openLma } from '../../lma';

const type = 'n8n-nodes-lma.lma';
const { methods } = new Lma();
let lma: LmaUnderTest;

beforeAll(async () => {
	lma = await openLma();
	await register(
		{ key: 'seats', type: 'number', label: 'Seats "β" 🎯' },
		{ key: 'plan-B', type: 'select', options: ['Gold', '<b>Big</b>'] },
		{ key: 'signed on', type: 'date' },
		{ key: 'topics', type: 'multiSelect', options: ['a', 'b'] },
	);
	await asOwner(lma.owner, (tx) => setCustomField(tx, lma.globex.id, { key: 'theirs' }));
});
afterAll(() => lma.close());

async function register(...fields: CustomFieldInput[]) {
	await asOwner(lma.owner, async (tx) => {
		for (const field of fields) await setCustomField(tx, lma.acme.id, field);
	});
}

/** Parameters of a node whose mapper was filled in, as the editor stores them. */
function mapped(value: Record<string, unknown>, more: Record<string, NodeParameterValueType> = {}) {
	const columns = { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] };
	return { dataMode: 'columns', columns: columns as unknown as NodeParameterValueType, ...more };
}

const automatic = {
	dataMode: 'columns',
	columns: { mappingMode: 'autoMapInputData', value: null } as unknown as NodeParameterValueType,
};

async function columnsFor(operation: string) {
	const node: INode = {
		id: '1',
		name: 'LMA',
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: { resource: 'lead', operation },
		credentials: { lmaApi: { id: '1', name: 'LMA' } },
	};
	const nodeTypes = new NodeTypes({ [type]: new Lma() });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(
		workflow,
		node,
		additionalData({ lmaApi: { ...lma.credential } }),
		'',
	);
	return (await methods.resourceMapping.getLeadColumns.call(context)).fields;
}

let count = 0;
const newEmail = () => `mapped${String(count++)}@example.com`;

describe('the columns to map', () => {
	test('are those of a lead, then the custom fields of this organization, with type and label', async () => {
		const fields = await columnsFor('create');
		expect(fields.slice(0, 3).map(({ id, required }) => [id, required])).toEqual([
			['email', true],
			['firstName', false],
			['lastName', false],
		]);
		expect(fields.slice(-4)).toMatchObject([
			{
				id: 'customFields.seats',
				displayName: 'Seats "β" 🎯',
				type: 'number',
				display: true,
				removed: false,
			},
			{
				id: 'customFields.plan-B',
				type: 'options',
				options: [
					{ name: 'Gold', value: 'Gold' },
					{ name: '<b>Big</b>', value: '<b>Big</b>' },
				],
			},
			{ id: 'customFields.signed on', type: 'dateTime' },
			{ id: 'customFields.topics', type: 'string' },
		]);
		expect(fields.filter(({ id }) => id.includes('theirs'))).toEqual([]);
		expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
	});

	test('offer truth as a choice that may stay empty: a switch would be false before anybody has touched it', async () => {
		await register({ key: 'vip', type: 'boolean' });
		const vip = (await columnsFor('update')).find(({ id }) => id === 'customFields.vip');
		expect(vip).toMatchObject({ type: 'options', options: [{ value: 'false' }, { value: 'true' }] });
		const [lead] = await lma.output(
			'lead.create',
			mapped({ email: newEmail(), 'customFields.vip': String(vip?.options?.[1]?.value) }),
		);
		expect(lead?.customFields).toEqual({ vip: true });
		await asOwner(lma.owner, (tx) => removeCustomField(tx, lma.acme.id, 'vip'));
	});

	test('match by e-mail alone in an upsert, and none is required in an update', async () => {
		const upsert = await columnsFor('upsert');
		expect(upsert.filter(({ canBeUsedToMatch }) => canBeUsedToMatch)).toMatchObject([
			{ id: 'email', defaultMatch: true, required: true },
		]);
		expect((await columnsFor('update')).filter(({ required }) => required)).toEqual([]);
	});

	test('are live: a field that is registered or removed is there or gone the next time', async () => {
		await register({ key: 'brief', isRequired: true });
		expect((await columnsFor('create')).find(({ id }) => id === 'customFields.brief')).toMatchObject({
			required: true,
		});
		await asOwner(lma.owner, (tx) => removeCustomField(tx, lma.acme.id, 'brief'));
		expect((await columnsFor('create')).find(({ id }) => id === 'customFields.brief')).toBeUndefined();
	});
});

describe('mapped columns', () => {
	test('take every type in the forms n8n gives them', async () => {
		const email = newEmail();
		const [lead] = await lma.output(
			'lead.create',
			mapped({
				email: '={{ $json.email }}',
				firstName: 'Ada',
				phone: '={{ 41791234567 }}',
				score: '={{ $json.score }}',
				tags: 'vip, fair',
				expectedCloseDate: '2027-03-01T00:00:00',
				assignedToId: 'user2@acme.test',
				'customFields.seats': '={{ $json.seats }}',
				'customFields.plan-B': '<b>Big</b>',
				'customFields.signed on': '={{ DateTime.fromISO("2026-05-06T00:00:00", { zone: "Asia/Tokyo" }) }}',
				'customFields.topics': 'a, b',
				customFields: '{ "free": { "x": 1 } }',
			}),
			[{ email, score: '42', seats: '12' }],
			{ timezone: 'America/Los_Angeles' },
		);
		expect(lead).toMatchObject({
			email,
			firstName: 'Ada',
			phone: '41791234567',
			score: 42,
			tags: ['vip', 'fair'],
			expectedCloseDate: '2027-03-01',
			assignedToId: lma.acme.userIds[1],
			customFields: {
				free: { x: 1 },
				seats: 12,
				'plan-B': '<b>Big</b>',
				'signed on': '2026-05-06',
				topics: ['a', 'b'],
			},
		});
	});

	test('an empty number stays as it was: it does not become 0', async () => {
		const [lead] = await lma.output('lead.create', mapped({ email: newEmail(), value: 500, score: 9 }));
		const [updated] = await lma.output(
			'lead.update',
			mapped(
				{
					value: '={{ $json.nothing }}',
					score: '={{ "" }}',
					'customFields.seats': '={{ "" }}',
					company: 'New',
				},
				{ leadId: byId(lead?.id as number) },
			),
		);
		expect(updated).toMatchObject({ value: 500, score: 9, company: 'New', customFields: lead?.customFields });
	});

	test.each(['lead.update', 'lead.upsert'])(
		'%s: unset and empty stay, null clears, and other custom fields stay',
		async (operation) => {
			const email = newEmail();
			const [lead] = await lma.output('lead.create', {
				email,
				firstName: 'A',
				lastName: 'B',
				additionalFields: {
					company: 'Old',
					phone: '1',
					jobTitle: 'CTO',
					value: 5,
					customFields: '{ "seats": 1, "plan-B": "Gold", "topics": ["a"], "free": 1 }',
				},
			});
			const [updated] = await lma.output(
				operation,
				mapped(
					{
						...(operation === 'lead.upsert' && { email }),
						company: '={{ null }}',
						phone: '={{ "" }}',
						jobTitle: null,
						value: '={{ undefined }}',
						'customFields.seats': '={{ null }}',
						'customFields.plan-B': '={{ "" }}',
						'customFields.topics': null,
						'customFields.signed on': '2026-01-02',
					},
					{ leadId: byId(lead?.id as number) },
				),
			);
			expect(updated).toMatchObject({ company: null, phone: '1', jobTitle: 'CTO', value: 5 });
			expect(updated?.customFields).toEqual({
				'plan-B': 'Gold',
				topics: ['a'],
				free: 1,
				'signed on': '2026-01-02',
			});
		},
	);

	test.each([
		[{ status: '={{ null }}' }, 'status cannot be null'],
		[{ firstName: '={{ null }}' }, 'firstName cannot be null'],
		[{ 'customFields.seats': 'many' }, 'customFields.seats is not a number'],
		[{ 'customFields.plan-B': 'Silver' }, 'customFields.plan-B must be one of Gold, <b>Big</b>'],
		[{ organizationId: 1 }, 'columns: there is no column "organizationId"'],
		[{ 'customFields.': 'x' }, 'columns: there is no column "customFields."'],
		[{ 'customFields.__proto__': 'x' }, 'columns: there is no column "customFields.__proto__"'],
		[{ 'customFields.constructor': 'x' }, 'columns: there is no column "customFields.constructor"'],
	])('%j', async (value, message) => {
		const [lead] = await lma.output('lead.create', mapped({ email: newEmail() }));
		const { error } = await lma.run('lead.update', mapped(value, { leadId: byId(lead?.id as number) }));
		expect(error?.message).toBe(message);
	});

	test('hostile keys end in a row or in words', async () => {
		const value: Record<string, unknown> = Object.fromEntries([
			['email', newEmail()],
			['customFields.a"b\\', '={{ $json.n }}'],
			['customFields.x.y[0]', '={{ $json.n + 1 }}'],
		]);
		const [lead] = await lma.output('lead.create', mapped(value), [{ n: 1 }]);
		expect(Object.entries(lead?.customFields as object).sort()).toEqual([
			['a"b\\', 1],
			['x.y[0]', 2],
		]);
		const { error } = await lma.run(
			'lead.create',
			mapped(JSON.parse('{"__proto__": "x"}') as object as never),
		);
		expect(error?.message).toMatch(/is missing|there is no column/);
	});

	test('a thousand items, each with its own values and its own error', async () => {
		const items = Array.from({ length: 1000 }, (_, n) => ({
			email: n === 500 ? 'no address' : `thousand${String(n)}@example.com`,
			seats: n === 700 ? 'x' : String(n),
		}));
		const { outputs } = await lma.run(
			'lead.upsert',
			mapped({ email: '={{ $json.email }}', 'customFields.seats': '={{ $json.seats }}' }),
			items,
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toHaveLength(998);
		expect(outputs[0]?.at(-1)).toMatchObject({
			json: { action: 'created', customFields: { seats: 999 } },
			pairedItem: { item: 999 },
		});
		expect(outputs[1]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 500 }, { item: 700 }]);
	});
});

describe('automatic mapping', () => {
	test('takes columns and registered custom fields by name, and leaves the rest of the item', async () => {
		const email = newEmail();
		const [lead] = await lma.output('lead.create', automatic, [
			{
				email,
				firstName: 'Ada',
				score: '7',
				seats: '3',
				'signed on': '2026-01-02',
				'customFields.topics': 'b',
				rowNumber: 12,
				createdAt: 'yesterday',
				organizationId: lma.globex.id,
				theirs: 'x',
				company: null,
			},
		]);
		expect(lead).toMatchObject({
			email,
			firstName: 'Ada',
			score: 7,
			company: null,
			organizationId: lma.acme.id,
			customFields: { seats: 3, 'signed on': '2026-01-02', topics: ['b'] },
		});
		expect(lead?.customFields).toEqual({ seats: 3, 'signed on': '2026-01-02', topics: ['b'] });
	});

	test.each(['lead.create', 'lead.update', 'lead.upsert'])(
		'%s writes no column that is the system’s, whatever the item’s fields are called',
		async (operation) => {
			const [other] = await lma.output('lead.create', automatic, [{ email: newEmail() }]);
			const [lead] = await lma.output('lead.create', automatic, [{ email: newEmail() }]);
			const item = JSON.parse(
				'{ "__proto__": { "company": "P" }, "constructor": 1, "toString": 2, "customFieldChanges": { "x": 1 }, "customFieldCandidates": { "seats": 9 } }',
			) as Record<string, never>;
			const [written] = await lma.output(operation, { ...automatic, leadId: byId(lead?.id as number) }, [
				Object.assign(item, {
					...(operation === 'lead.update' ? {} : { email: lead?.email as string }),
					id: other?.id as number,
					organizationId: lma.globex.id,
					organization_id: lma.globex.id,
					createdAt: '2001-01-01T00:00:00Z',
					updatedAt: '2001-01-01T00:00:00Z',
					emailKey: 'x',
					lastContactedAt: '2001-01-01T00:00:00Z',
					ordinal: 7,
					place: 7,
					action: 'updated',
					custom_field_changes: { x: 1 },
				}),
			]);
			if (operation !== 'lead.create') expect(written?.id).toBe(lead?.id);
			expect(written?.id).not.toBe(other?.id);
			expect(written).toMatchObject({ organizationId: lma.acme.id, company: null, lastContactedAt: null });
			expect(written?.customFields ?? {}).toEqual({});
			expect(written?.createdAt).not.toMatch(/^2001/);
			const [row] = await lma.owner`select email_key from leads where id = ${written?.id as number}`;
			expect(row?.email_key).toBe(lead?.email);
		},
	);

	test('names in a hint the fields that it left out', async () => {
		const hintsFor = async (items: Record<string, never>[]) => {
			const { run } = await lma.run('lead.upsert', automatic, items);
			return run.data.resultData.runData[nodeUnderTest]?.[0]?.hints?.map(({ message }) => message) ?? [];
		};
		const some = [
			{ email: newEmail(), seats: 1, rowNumber: 12 },
			{ email: newEmail(), topics: 'a', Email: 'x', plan: null, rowNumber: 13 },
		];
		expect(await hintsFor(some as never)).toEqual([
			'Left out, as no column or registered custom field has this name: rowNumber, Email.',
		]);
		expect(await hintsFor([{ email: newEmail(), seats: 1 }] as never)).toEqual([]);
	});

	test('of a lead that a node has given changes nothing', async () => {
		const [lead] = await lma.output('lead.create', automatic, [
			{ email: newEmail(), seats: 1, tags: ['x, y'] },
		]);
		const given = JSON.parse(JSON.stringify(lead)) as Record<string, never>;
		const [again] = await lma.output('lead.update', { ...automatic, leadId: '={{ $json.id }}' }, [given]);
		expect({ ...again, updatedAt: '' }).toEqual({ ...lead, updatedAt: '' });
	});

	test('clears by null in an update', async () => {
		const [lead] = await lma.output('lead.create', automatic, [{ email: newEmail(), seats: 1, phone: '1' }]);
		const [updated] = await lma.output('lead.update', { ...automatic, leadId: '={{ $json.id }}' }, [
			{ id: lead?.id as number, seats: null, phone: null },
		]);
		expect(updated).toMatchObject({ phone: null, customFields: {} });
	});
});

describe('fields filled in', () => {
	test('go on working without a choice of mode, and null clears in an upsert too', async () => {
		const email = newEmail();
		const fields = (additionalFields: Record<string, string | number>) => ({
			email,
			firstName: 'A',
			lastName: 'B',
			additionalFields,
		});
		await lma.output('lead.upsert', fields({ company: 'Acme', phone: '1', customFields: '{ "seats": 1 }' }));
		const [again] = await lma.output(
			'lead.upsert',
			fields({ company: '={{ null }}', phone: '', customFields: '{ "free": 2 }' }),
		);
		expect(again).toMatchObject({ company: null, phone: '1', customFields: { seats: 1, free: 2 } });
	});

	test('a mode that there is not is refused', async () => {
		const { error } = await lma.run('lead.create', { ...mapped({ email: newEmail() }), dataMode: 'guess' });
		expect(error?.message).toContain('dataMode');
	});
});
