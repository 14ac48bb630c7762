import { afterAll, beforeAll, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
	const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
	await lma.output('note.create', { leadId: byId(leadId), content: 'Likes boats' });
});
afterAll(async () => {
	await lma.close();
});

test('lead timeline gives what happened, newest first, in full or in short', async () => {
	const entries = await lma.output('lead.timeline', { leadId: byId(leadId) });
	expect(entries).toMatchObject([
		{ type: 'note.created', content: 'Likes boats', leadId },
		{ type: 'lead.created', after: { leadTemperature: 'cold' }, leadId },
	]);
	const [short] = await lma.output('lead.timeline', { leadId: byId(leadId), simplify: true });
	expect(Object.keys(short ?? {})).toHaveLength(10);
});

test('lead timeline filters by kind and time and reads pages', async () => {
	const types = async (parameters: object) =>
		(await lma.output('lead.timeline', { leadId: byId(leadId), ...parameters })).map(({ type }) => type);
	expect(await types({ filters: { eventTypes: ['lead.created'] } })).toEqual(['lead.created']);
	expect(await types({ filters: { occurredAfter: '2999-01-01' } })).toEqual([]);
	expect(await types({ sortDirection: 'asc', limit: 1 })).toEqual(['lead.created']);
	expect(await types({ limit: 1, options: { offset: 1 } })).toEqual(['lead.created']);
});

test('an empty part of a timeline is no lead that is not found', async () => {
	const filters = { occurredAfter: '2999-01-01' };
	for (const ifNotFound of ['error', 'empty', 'skip']) {
		const parameters = { leadId: byId(leadId), filters, options: { ifNotFound } };
		expect(await lma.output('lead.timeline', parameters)).toEqual([]);
	}
	const unknown = (ifNotFound: string) => ({ leadId: byId(999_999), options: { ifNotFound } });
	expect((await lma.run('lead.timeline', unknown('error'))).error?.message).toBe(
		'Lead 999999 not found, given as leadId',
	);
	expect(await lma.output('lead.timeline', unknown('empty'))).toEqual([{}]);
});
