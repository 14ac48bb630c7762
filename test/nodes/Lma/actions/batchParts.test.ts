import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inParts } from '../../../../nodes/Lma/actions/batchParts';
import { type LmaUnderTest, openLma } from '../lma';
import { recordStatements } from '../statements';

const statements = recordStatements();

const items = (count: number, input: unknown) =>
	Array.from({ length: count }, (_, index) => ({ index, input }));
const sizes = (count: number, input: unknown) => inParts(items(count, input)).map((part) => part.length);

describe('a batch', () => {
	test('of many small items is one part', () => {
		expect(sizes(10_000, { email: 'x'.repeat(255), score: 1 })).toEqual([10_000]);
		expect(sizes(0, {})).toEqual([]);
	});

	test('of more is several, in its order', () => {
		const parts = inParts(items(25_000, 1));
		expect(parts.map((part) => part.length)).toEqual([10_000, 10_000, 5_000]);
		expect(parts.flat()).toEqual(items(25_000, 1));
	});

	test('of large items is several that PostgreSQL takes, and the largest items are alone', () => {
		expect(sizes(100, { content: 'x'.repeat(500_000) })).toEqual([31, 31, 31, 7]);
		expect(sizes(2, { deep: [{ content: 'x'.repeat(20_000_000) }] })).toEqual([1, 1]);
	});
});

describe('a batch of several parts', () => {
	let lma: LmaUnderTest;
	let leadId: number;
	beforeAll(async () => {
		lma = await openLma();
		const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
		leadId = lead?.id as number;
	});
	afterAll(() => lma.close());

	const count = 10_001;
	const notes = { leadId: '={{ $json.lead }}', content: '={{ $json.content }}' };
	const toWrite = (lastLead: number) =>
		Array.from({ length: count }, (_, n) => ({
			lead: n === count - 1 ? lastLead : leadId,
			content: `Note ${String(n)}`,
		}));
	const stored = async () => {
		const [row] = await lma.owner<{ count: number }[]>`select count(*)::int from lead_notes`;
		return row?.count;
	};

	test('is written as a whole or not at all', { timeout: 60_000 }, async () => {
		const { outputs, error } = await lma.run('note.create', notes, toWrite(2_000_000_000));
		expect(outputs).toEqual([]);
		expect(error?.message).toBe('Lead 2000000000 not found, given as leadId');
		expect(error?.context).toMatchObject({ itemIndex: count - 1 });
		expect(await stored()).toBe(0);
	});

	test('takes a few statements more, and each row is its item’s', { timeout: 60_000 }, async () => {
		statements.length = 0;
		const { outputs } = await lma.run('note.create', notes, toWrite(leadId));
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.content, pairedItem])).toEqual(
			Array.from({ length: count }, (_, item) => [`Note ${String(item)}`, { item }]),
		);
		expect(statements.filter((text) => text.includes('insert into lead_notes'))).toHaveLength(2);
		expect(statements.filter((text) => text.startsWith('begin'))).toHaveLength(1);
	});
});
