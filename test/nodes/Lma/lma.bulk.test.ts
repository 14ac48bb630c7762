import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { NodeRunOptions } from '../../engine/engine';
import { type LmaUnderTest, openLma } from './lma';
import { recordStatements } from './statements';

const statements = recordStatements();

type Parameters = NodeRunOptions['parameters'];

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	await lma.owner`delete from leads`;
});

const fromItem = { email: '={{ $json.email }}', firstName: '={{ $json.name }}', lastName: 'Test' };

function people(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, n) => ({ email: `lead${n}@example.com`, name: `Lead ${n}` }));
}

async function countLeads(): Promise<number> {
	const [row] = await lma.owner<{ count: number }[]>`select count(*)::int from leads`;
	return row?.count ?? 0;
}

describe.each(['lead.create', 'lead.upsert'])('ten thousand items to %s', (operation) => {
	const count = 10_000;
	const wrong = { unreadable: 4_321, ownerless: 8_765 };
	const items = () => {
		const given = people(count);
		given[wrong.unreadable] = { email: 'not an address', name: 'Wrong' };
		given[wrong.ownerless] = { ...given[wrong.ownerless], owner: 2_000_000_000 };
		return given;
	};
	const parameters = { ...fromItem, additionalFields: { assignedToId: '={{ $json.owner }}' } };

	test(
		'two bad ones fail alone when there is an error output, each row is its item’s',
		{ timeout: 120_000 },
		async () => {
			const { outputs, error } = await lma.run(operation, parameters, items(), {
				onError: 'continueErrorOutput',
			});
			expect(error).toBeUndefined();
			expect(outputs[1]?.map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: wrong.unreadable },
				{ item: wrong.ownerless },
			]);
			expect(outputs[1]?.map(({ json }) => (json.details as IDataObject).field)).toEqual([
				'email',
				'assignedToId',
			]);
			expect(outputs[0]).toHaveLength(count - 2);
			for (const { json, pairedItem } of outputs[0] ?? []) {
				expect(json.firstName).toBe(`Lead ${String((pairedItem as { item: number }).item)}`);
			}
			expect(await countLeads()).toBe(count - 2);
		},
	);

	test(
		'one that only the database finds wrong takes all of them back without it',
		{ timeout: 120_000 },
		async () => {
			const given = items();
			given[wrong.unreadable] = { email: 'right@example.com', name: 'Right' };
			const { outputs, error } = await lma.run(operation, parameters, given);
			expect(outputs).toEqual([]);
			expect(error?.description).toContain(`item ${String(wrong.ownerless)} of`);
			expect(await countLeads()).toBe(0);
		},
	);
});

/** Operations on many items, with what each needs of an item that has a lead's id. */
const operations: [operation: string, parameters: Parameters][] = [
	['lead.create', fromItem],
	['lead.upsert', fromItem],
	['lead.get', { leadId: '={{ $json.id }}' }],
	['lead.update', { leadId: '={{ $json.id }}', updateFields: { company: '={{ $json.name }}' } }],
	['lead.tag', { leadId: '={{ $json.id }}', tagAction: 'add', tags: '={{ $json.name }}' }],
	['lead.changeStatus', { leadId: '={{ $json.id }}', status: 'QUALIFIED' }],
	['lead.assign', { leadId: '={{ $json.id }}', strategy: 'roundRobin' }],
	['lead.score', { leadId: '={{ $json.id }}' }],
	['note.create', { leadId: '={{ $json.id }}', content: '={{ $json.name }}' }],
	['communication.log', { leadId: '={{ $json.id }}', communicationType: 'call', direction: 'outbound' }],
	['lead.delete', { leadId: '={{ $json.id }}' }],
];

test.each(operations)(
	'%s asks PostgreSQL as often for three hundred items as for one',
	async (operation, parameters) => {
		const leads = await lma.output('lead.create', fromItem, people(301));
		const items = leads.map(({ id, email }, n) => ({ id, email, name: `Name ${n}` }));
		const countOf = async (given: IDataObject[]) => {
			statements.length = 0;
			expect(await lma.output(operation, parameters, given)).toHaveLength(given.length);
			expect(statements).not.toHaveLength(0);
			return statements.length;
		};
		// The first one also prepares statements and learns types.
		await countOf(items.slice(0, 1));
		const forOne = await countOf(
			items.slice(0, 1).map((item) => (operation === 'lead.delete' ? items[300]! : item)),
		);
		expect(await countOf(items.slice(1, 300))).toBe(forOne);
		expect(forOne).toBeLessThan(10);
	},
);

describe('lead upsert', () => {
	test('of one address by fifty executions at once creates it in one of them and updates it in the others', async () => {
		const runs = Array.from({ length: 50 }, (_, n) =>
			lma.output('lead.upsert', { ...fromItem, additionalFields: { company: `Company ${n}` } }, [
				{ email: n % 2 ? 'Same@example.com' : 'same@EXAMPLE.com', name: 'Same' },
			]),
		);
		const rows = (await Promise.all(runs)).flat();
		const actions = rows.map(({ action }) => action);
		expect(actions.filter((action) => action === 'created')).toHaveLength(1);
		expect(actions.filter((action) => action === 'updated')).toHaveLength(49);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
		expect(await countLeads()).toBe(1);
	});

	test('of one address several times in a batch acts in order, and says of each item what became of it', async () => {
		const { outputs } = await lma.run(
			'lead.upsert',
			{ ...fromItem, additionalFields: { company: '={{ $json.company }}' } },
			[
				{ email: 'twice@example.com', name: 'First', company: 'Kept' },
				{ email: 'once@example.com', name: 'Only' },
				{ email: 'TWICE@example.com', name: 'Last' },
			],
		);
		expect(
			outputs[0]?.map(({ json: { action, firstName, company }, pairedItem }) => ({
				action,
				firstName,
				company,
				pairedItem,
			})),
		).toEqual([
			{ action: 'created', firstName: 'Last', company: 'Kept', pairedItem: { item: 0 } },
			{ action: 'created', firstName: 'Only', company: null, pairedItem: { item: 1 } },
			{ action: 'updated', firstName: 'Last', company: 'Kept', pairedItem: { item: 2 } },
		]);
	});

	test('does its work again when a lead vanishes between its look and its lock', async () => {
		await lma.output('lead.create', fromItem, [{ email: 'gone@example.com', name: 'Old' }]);
		const { promise: held, resolve: hold } = Promise.withResolvers<undefined>();
		const { promise: isDeleted, resolve: deleted } = Promise.withResolvers<undefined>();
		const deletion = lma.owner.begin(async (tx) => {
			await tx`delete from leads where email = 'gone@example.com'`;
			deleted(undefined);
			await held;
		});
		await isDeleted;
		const upsert = lma.output('lead.upsert', fromItem, [{ email: 'gone@example.com', name: 'New' }]);
		await expect
			.poll(async () => {
				const [row] = await lma.owner<{ waiting: number }[]>`
					select count(*)::int as waiting
					from pg_stat_activity
					where wait_event_type = 'Lock' and usename = ${lma.credential.user} and datname = current_database()`;
				return row?.waiting;
			})
			.toBe(1);
		hold(undefined);
		await deletion;
		expect(await upsert).toMatchObject([{ action: 'created', firstName: 'New' }]);
		expect(await countLeads()).toBe(1);
	});
});
