import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	const [lead] = await lma.output('lead.create', {
		email: 'ada@example.com',
		firstName: 'Ada',
		lastName: 'L',
	});
	leadId = lead?.id as number;
});

describe('note', () => {
	test('is added to a lead and found again', async () => {
		const content = 'Called back.\n"Quotes", \'apostrophes\' & emoji 🎯';
		const [note] = await lma.output('note.create', {
			leadId: byId(leadId),
			content,
			additionalFields: { userId: lma.acme.userIds[0] ?? 0 },
		});
		expect(note).toMatchObject({ leadId, content, userId: lma.acme.userIds[0] });
		expect(await lma.output('note.getMany', { filters: { leadId: String(leadId) } })).toEqual([note]);
	});
});
