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

	test('is found in few fields, and the conditions that none meets give what is chosen', async () => {
		const [note] = await lma.output('note.create', { leadId: byId(leadId), content: 'Hello' });
		const filters = { leadId: String(leadId) };
		expect(await lma.output('note.getMany', { filters, simplify: true })).toEqual([
			{ id: note?.id, leadId, userId: null, content: 'Hello', createdAt: note?.createdAt },
		]);
		const none = { filters: { leadId: '999999' }, options: { ifNothingMatched: 'empty' } };
		expect(await lma.output('note.getMany', none)).toEqual([{}]);
	});
});

describe('note delete', () => {
	const remove = { noteId: '={{ $json.note }}' };
	const create = async () => (await lma.output('note.create', { leadId: byId(leadId), content: 'x' }))[0]?.id;

	test('takes the note away and leaves the lead and its other notes', async () => {
		const [kept, note] = [await create(), await create()];
		expect(await lma.output('note.delete', remove, [{ note }, { note }])).toEqual([
			{ id: note, deleted: true },
			{ id: note, deleted: true },
		]);
		const left = await lma.output('note.getMany', { filters: { leadId: String(leadId) } });
		expect(left.map(({ id }) => id)).toEqual([kept]);
	});

	test('one that is gone fails its item, unless something else is chosen', async () => {
		const note = await create();
		const items = [{ note: 999_999 }, { note }];
		const { error } = await lma.run('note.delete', remove, items);
		expect(error?.message).toBe('Note 999999 not found, given as noteId');
		const skipping = { ...remove, options: { ifNotFound: 'skip' } };
		expect(await lma.output('note.delete', skipping, items)).toEqual([{ id: note, deleted: true }]);
	});

	test('never reaches a note of another organization', async () => {
		const [foreign] = await lma.owner<{ id: number }[]>`
			with lead as (
				insert into leads (email, first_name, last_name, organization_id)
				values ('x@globex.test', 'X', 'Y', ${lma.globex.id})
				returning id
			)
			insert into lead_notes (organization_id, lead_id, content)
			select ${lma.globex.id}, id, 'secret'
			from lead
			returning id`;
		const { error } = await lma.run('note.delete', { noteId: String(foreign?.id) });
		expect(error?.message).toBe(`Note ${foreign?.id ?? 0} not found, given as noteId`);
		expect(await lma.owner`select from lead_notes where id = ${foreign?.id ?? 0}`).toHaveLength(1);
	});
});
