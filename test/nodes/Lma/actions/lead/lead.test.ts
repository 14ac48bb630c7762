import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});

/** Parameters that take e-mail and names from the item. */
const fromItem = { email: '={{ $json.email }}', firstName: '={{ $json.first }}', lastName: 'Tester' };

async function createLead(email: string, fields: Record<string, string | number> = {}): Promise<number> {
	const [lead] = await lma.output('lead.create', { ...fromItem, email, additionalFields: fields });
	return lead?.id as number;
}

describe('lead create', () => {
	test('returns the stored row in camelCase, one item per lead, each with its item link', async () => {
		const { outputs } = await lma.run('lead.create', fromItem, [
			{ email: 'Ada@Example.com', first: 'Ada' },
			{ email: 'zoe@example.com', first: 'Zoë' },
		]);
		expect(outputs).toHaveLength(1);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(outputs[0]?.[0]?.json).toMatchObject({
			email: 'Ada@Example.com',
			firstName: 'Ada',
			status: 'NEW',
			source: 'OTHER',
			leadTemperature: 'cold',
			score: 0,
			company: null,
			organizationId: lma.acme.id,
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
		});
	});

	test('takes every additional field, in the forms n8n gives them', async () => {
		const [lead] = await lma.output(
			'lead.create',
			{
				...fromItem,
				additionalFields: {
					company: 'Müller & Söhne',
					jobTitle: '',
					phone: '={{ 41791234567 }}',
					score: '={{ "42" }}',
					value: 0,
					source: 'EVENT',
					leadTemperature: 'warm',
					expectedCloseDate: '2027-03-01T00:00:00',
					tags: 'trade fair, newsletter,',
					customFields: '{ "seats": 12, "nested": { "ok": true } }',
					assignedToId: '={{ $json.owner }}',
				},
			},
			[{ email: 'all@example.com', first: 'All', owner: lma.acme.userIds[1] }],
			{ timezone: 'America/Los_Angeles' },
		);
		expect(lead).toMatchObject({
			company: 'Müller & Söhne',
			jobTitle: null,
			phone: '41791234567',
			score: 42,
			value: 0,
			source: 'EVENT',
			leadTemperature: 'warm',
			expectedCloseDate: '2027-03-01',
			tags: ['trade fair', 'newsletter'],
			customFields: { seats: 12, nested: { ok: true } },
			assignedToId: lma.acme.userIds[1],
		});
	});

	test('keeps a comma inside a tag that comes in an array', async () => {
		const [lead] = await lma.output('lead.create', {
			...fromItem,
			email: 'tags@example.com',
			additionalFields: { tags: '={{ ["Vienna, AT", "vip"] }}' },
		});
		expect(lead?.tags).toEqual(['Vienna, AT', 'vip']);
	});
});

describe('lead upsert', () => {
	test('creates once, then updates only the fields that are given', async () => {
		const first = await lma.output('lead.upsert', {
			...fromItem,
			email: 'Once@example.com',
			additionalFields: { company: 'Acme', score: 50 },
		});
		const second = await lma.output('lead.upsert', {
			...fromItem,
			email: 'once@EXAMPLE.com',
			additionalFields: { company: '', score: 0, jobTitle: 'CTO' },
		});
		expect(first).toMatchObject([{ action: 'created', company: 'Acme', score: 50 }]);
		expect(second).toMatchObject([
			{ action: 'updated', id: first[0]?.id, company: 'Acme', score: 0, jobTitle: 'CTO' },
		]);
	});
});

test.each(['lead.upsert', 'lead.update'])(
	'%s of one lead twice reports the owner that is unknown',
	async (operation) => {
		const leadId = byId(await createLead(`twice-${operation}@example.com`));
		const owner = { assignedToId: '={{ $json.owner }}', score: '={{ $json.score }}' };
		const { outputs } = await lma.run(
			operation,
			{
				...fromItem,
				email: `twice-${operation}@example.com`,
				leadId,
				additionalFields: owner,
				updateFields: owner,
			},
			[
				{ owner: lma.globex.userIds[0], score: 1 },
				{ owner: lma.acme.userIds[0], score: 2 },
				{ owner: lma.globex.userIds[1], score: 3 },
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toMatchObject([
			{ json: { score: 2, assignedToId: lma.acme.userIds[0] }, pairedItem: { item: 1 } },
		]);
		expect(outputs[1]).toMatchObject([{ pairedItem: { item: 0 } }, { pairedItem: { item: 2 } }]);
	},
);

describe('lead get', () => {
	test('finds a lead chosen from the list or by id', async () => {
		const id = await createLead('get@example.com');
		expect(await lma.output('lead.get', { leadId: byId(id) })).toMatchObject([
			{ id, email: 'get@example.com' },
		]);
		expect(await lma.output('lead.get', { leadId: { __rl: true, mode: 'list', value: id } })).toHaveLength(1);
		expect(await lma.output('lead.get', { leadId: '={{ $json.id }}' }, [{ id }])).toHaveLength(1);
	});

	test('a lead of another organization is as unknown as one that never was', async () => {
		const [foreign] = await lma.owner<{ id: number }[]>`
			insert into leads (email, first_name, last_name, organization_id)
			values ('secret@globex.test', 'S', 'T', ${lma.globex.id})
			returning id`;
		const { error } = await lma.run('lead.get', { leadId: byId(foreign?.id ?? 0) });
		expect(error?.message).toBe(`Lead ${String(foreign?.id)} not found, given as leadId`);
		expect(error?.context).toMatchObject({ itemIndex: 0 });
	});
});

describe('lead getMany', () => {
	test('filters, limits and returns all', async () => {
		const leads = Array.from({ length: 60 }, (_, n) => ({
			email: `many${String(n)}@example.com`,
			first: 'Many',
		}));
		await lma.output('lead.create', { ...fromItem, additionalFields: { source: 'REFERRAL' } }, leads);
		const filters = { source: ['REFERRAL'] };
		expect(await lma.output('lead.getMany', { filters })).toHaveLength(50);
		expect(await lma.output('lead.getMany', { limit: 7, filters })).toHaveLength(7);
		expect(await lma.output('lead.getMany', { returnAll: true, filters })).toHaveLength(60);
		expect(await lma.output('lead.getMany', { filters: { email: 'MANY3@example.com' } })).toMatchObject([
			{ email: 'many3@example.com' },
		]);
		expect(
			await lma.output('lead.getMany', { filters: { source: '={{ "REFERRAL" }}', search: '100%' } }),
		).toEqual([]);
	});

	test('sorts by a field in either direction', async () => {
		const names = async (sort: Record<string, string>) =>
			(await lma.output('lead.getMany', { filters: { source: ['ADVERTISING'] }, ...sort })).map(
				({ lastName }) => lastName,
			);
		for (const [lastName, score] of [
			['Moore', 5],
			['adams', 70],
			['Zed', 30],
		] as const) {
			await lma.output('lead.create', {
				...fromItem,
				email: `${lastName}@sorted.test`,
				lastName,
				additionalFields: { source: 'ADVERTISING', score },
			});
		}
		expect(await names({ sortBy: 'name', sortDirection: 'asc' })).toEqual(['adams', 'Moore', 'Zed']);
		expect(await names({ sortBy: 'score' })).toEqual(['adams', 'Zed', 'Moore']);
		expect(await names({})).toEqual(['Zed', 'adams', 'Moore']);
		const { error } = await lma.run('lead.getMany', { sortBy: 'colour' });
		expect(error?.message).toBe(
			'sortBy must be one of created, lastContacted, name, score, updated: "colour"',
		);
	});

	test('finds those last contacted in a range of time', async () => {
		const id = await createLead('contacted@example.com');
		await lma.output('communication.log', {
			leadId: byId(id),
			communicationType: 'call',
			direction: 'outbound',
			additionalFields: { completedAt: '2026-03-01T09:00:00Z' },
		});
		const ids = async (filters: Record<string, string>) =>
			(await lma.output('lead.getMany', { filters })).map((lead) => lead.id);
		expect(await ids({ contactedAfter: '2026-03-01T09:00:00Z', contactedBefore: '2026-03-02' })).toEqual([
			id,
		]);
		expect(await ids({ contactedAfter: '2026-03-02T00:00:00Z', email: 'contacted@example.com' })).toEqual([]);
	});

	test('pairs every lead with the item that asked for it', async () => {
		const { outputs } = await lma.run('lead.getMany', { filters: { email: '={{ $json.email }}' } }, [
			{ email: 'many1@example.com' },
			{ email: 'nobody@example.com' },
			{ email: 'many2@example.com' },
		]);
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.email, pairedItem])).toEqual([
			['many1@example.com', { item: 0 }],
			['many2@example.com', { item: 2 }],
		]);
	});
});

test.each(['lead.changeStatus', 'lead.delete', 'lead.score'])(
	'%s gives for a lead that is not there what was chosen',
	async (operation) => {
		const id = await createLead(`absent-${operation}@example.com`);
		const parameters = (ifNotFound: string) => ({
			leadId: byId('={{ $json.id }}'),
			status: 'CONTACTED',
			options: { ifNotFound },
		});
		const run = (choice: string) => lma.run(operation, parameters(choice), [{ id: 999_999 }, { id }]);
		expect((await run('error')).error?.message).toMatch(/^Lead 999999 not found/);
		expect((await run('skip')).outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect((await run('empty')).outputs[0]?.[0]).toMatchObject({ json: {}, pairedItem: { item: 0 } });
	},
);

describe('lead update', () => {
	test('changes what is given, leaves what is empty, clears what is null', async () => {
		const id = await createLead('update@example.com', { company: 'Old', phone: '1', jobTitle: 'Boss' });
		const [lead] = await lma.output('lead.update', {
			leadId: byId(id),
			updateFields: { company: 'New', phone: '', jobTitle: '={{ null }}', score: 5 },
		});
		expect(lead).toMatchObject({ id, company: 'New', phone: '1', jobTitle: null, score: 5 });
	});

	test('refuses to clear what a lead must have', async () => {
		const id = await createLead('must@example.com');
		const { error } = await lma.run('lead.update', {
			leadId: byId(id),
			updateFields: { status: '={{ null }}' },
		});
		expect(error?.message).toBe('status cannot be null');
	});
});

test('an owner is chosen from a list inside a collection, or left open, or taken away', async () => {
	const list = (value: unknown) => ({ __rl: true, mode: 'list', value }) as never;
	const owner = lma.acme.userIds[0] ?? 0;
	const [lead] = await lma.output('lead.create', {
		...fromItem,
		email: 'owned@example.com',
		additionalFields: { assignedToId: list(owner) },
	});
	expect(lead?.assignedToId).toBe(owner);
	const leadId = byId(lead?.id as number);
	const update = async (value: unknown) => {
		const [updated] = await lma.output('lead.update', {
			leadId,
			updateFields: { assignedToId: list(value) },
		});
		return updated?.assignedToId;
	};
	expect(await update('')).toBe(owner);
	expect(await update('={{ undefined }}')).toBe(owner);
	expect(await update('={{ null }}')).toBeNull();
});

describe('lead delete', () => {
	test('deletes the lead, and a second time it is not found', async () => {
		const id = await createLead('delete@example.com');
		expect(await lma.output('lead.delete', { leadId: byId(id) })).toEqual([{ id, deleted: true }]);
		const { error } = await lma.run('lead.delete', { leadId: byId(id) });
		expect(error?.message).toBe(`Lead ${String(id)} not found, given as leadId`);
	});
});

describe('lead score', () => {
	test('stores the score of the rules and shows where it comes from', async () => {
		await lma.owner`
			insert into scoring_rules (organization_id, name, field, operator, value, points, is_active)
			values
				(${lma.acme.id}, 'C-level', 'jobTitle', 'contains', '"Chief"', 45, true),
				(${lma.acme.id}, 'Has a phone', 'phone', 'isSet', null, 30, true)`;
		const chief = await createLead('chief@example.com', { jobTitle: 'Chief Executive', phone: '123' });
		const other = await createLead('other@example.com');
		const scores = await lma.output('lead.score', { leadId: '={{ $json.id }}' }, [
			{ id: chief },
			{ id: other },
		]);
		expect(scores).toMatchObject([
			{
				id: chief,
				score: 75,
				previousScore: 0,
				leadTemperature: 'hot',
				contributions: [
					{ name: 'C-level', points: 45 },
					{ name: 'Has a phone', points: 30 },
				],
			},
			{ id: other, score: 0, contributions: [] },
		]);
	});
});

describe('lead assign', () => {
	test('gives a lead to the chosen user, and says who had it', async () => {
		const [first, second] = lma.acme.userIds;
		const id = await createLead('assign@example.com', { assignedToId: first ?? 0 });
		expect(
			await lma.output('lead.assign', {
				leadId: byId(id),
				strategy: 'user',
				assignedToId: byId(second ?? 0),
			}),
		).toMatchObject([{ id, assigned: true, assignedToId: second, previousAssignedToId: first }]);
	});

	test.each(['roundRobin', 'leastLoaded'])(
		'%s shares leads evenly among the chosen users',
		async (strategy) => {
			const pool = lma.acme.userIds.slice(0, 2);
			const leads = await lma.output('lead.create', { ...fromItem, firstName: 'Pool' }, [
				...Array.from({ length: 6 }, (_, n) => ({ email: `${strategy}${String(n)}@example.com` })),
			]);
			const assigned = await lma.output(
				'lead.assign',
				{ leadId: '={{ $json.id }}', strategy, options: { userIds: `={{ ${JSON.stringify(pool)} }}` } },
				leads.map(({ id }) => ({ id })),
			);
			const owners = assigned.map(({ assignedToId }) => assignedToId as number);
			expect(new Set(owners)).toEqual(new Set(pool));
			if (strategy === 'roundRobin') expect(owners.filter((owner) => owner === pool[0])).toHaveLength(3);
		},
	);

	test('a lead that has an owner keeps it unless told otherwise', async () => {
		const [first, second] = lma.acme.userIds;
		const id = await createLead('kept@example.com', { assignedToId: first ?? 0 });
		const parameters = { leadId: byId(id), strategy: 'roundRobin' };
		const options = { userIds: [second ?? 0] };
		expect(await lma.output('lead.assign', { ...parameters, options })).toMatchObject([
			{ assigned: false, assignedToId: first },
		]);
		expect(
			await lma.output('lead.assign', { ...parameters, options: { ...options, reassign: true } }),
		).toMatchObject([{ assigned: true, assignedToId: second }]);
	});
});

describe('lead changeStatus', () => {
	test('moves the lead and says where it was', async () => {
		const id = await createLead('status@example.com');
		expect(await lma.output('lead.changeStatus', { leadId: byId(id), status: 'QUALIFIED' })).toMatchObject([
			{ id, status: 'QUALIFIED', previousStatus: 'NEW' },
		]);
	});
});
