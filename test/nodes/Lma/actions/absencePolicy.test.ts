import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../lma';

let lma: LmaUnderTest;
let leadId: number;

beforeAll(async () => {
	lma = await openLma();
	const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
});
afterAll(async () => {
	await lma.close();
});

const UNKNOWN = 999_999;
const items = () => [{ lead: leadId }, { lead: UNKNOWN }, { lead: leadId }];

describe('a record that is not found', () => {
	const get = (ifNotFound?: string) => ({
		leadId: byId('={{ $json.lead }}'),
		...(ifNotFound && { options: { ifNotFound } }),
	});

	test('fails its item, unless something else is chosen', async () => {
		for (const choice of [undefined, 'error']) {
			const { error } = await lma.run('lead.get', get(choice), items());
			expect(error).toMatchObject({
				message: `Lead ${UNKNOWN} not found, given as leadId`,
				context: { itemIndex: 1 },
			});
		}
	});

	test('gives an item without fields, paired with the one that asked', async () => {
		const { outputs } = await lma.run('lead.get', { ...get('empty'), simplify: true }, items());
		expect(outputs[0]?.map(({ json }) => json.id ?? json)).toEqual([leadId, {}, leadId]);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	test('gives nothing, and the others keep their links', async () => {
		const { outputs } = await lma.run('lead.get', get('skip'), items());
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	});

	test('is not what an unknown owner is', async () => {
		const parameters = {
			leadId: byId(leadId),
			strategy: 'user',
			assignedToId: byId(UNKNOWN),
			options: { ifNotFound: 'skip' },
		};
		const { error } = await lma.run('lead.assign', parameters);
		expect(error?.message).toBe(`User ${UNKNOWN} not found, given as assignedToId`);
	});

	test('needs a choice that there is', async () => {
		const { error } = await lma.run('lead.get', get('ignore'), items());
		expect(error?.message).toBe('ifNotFound must be one of empty, error, skip');
	});
});

describe('conditions that nothing meets', () => {
	const none = (ifNothingMatched?: string) => ({
		filters: { minScore: 100 },
		...(ifNothingMatched && { options: { ifNothingMatched } }),
	});

	test('give nothing, unless something else is chosen', async () => {
		expect(await lma.output('lead.getMany', none())).toEqual([]);
		expect(await lma.output('lead.getMany', none('skip'))).toEqual([]);
	});

	test('give an item without fields', async () => {
		expect(await lma.output('lead.getMany', none('empty'))).toEqual([{}]);
	});

	test('fail the item alone that asked', async () => {
		const { outputs } = await lma.run('lead.getMany', none('error'), [{}], {
			onError: 'continueErrorOutput',
		});
		expect(outputs[1]?.[0]?.json).toMatchObject({
			error: expect.stringContaining('No lead matches the filters') as unknown,
		});
	});
});

test('a simplified lead has the ten fields that most people want', async () => {
	const [lead] = await lma.output('lead.getMany', { simplify: true });
	expect(Object.keys(lead ?? {})).toEqual([
		'id',
		'email',
		'firstName',
		'lastName',
		'company',
		'status',
		'score',
		'leadTemperature',
		'assignedToId',
		'lastContactedAt',
	]);
});
