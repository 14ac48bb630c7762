import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { logCommunications } from '../../../db/communication/write';
import { createLeads } from '../../../db/lead/create';
import { leadTimelines } from '../../../db/lead/timeline';
import { updateLeads } from '../../../db/lead/update';
import { createNotes } from '../../../db/note/note';
import { timelineSchema } from '../../../domain/event/timeline';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const asked = (fields: object) => parseInput(timelineSchema, fields);
const lead = { email: 'a@x.test', firstName: 'Ann', lastName: '' };
const call = {
	communicationType: 'call' as const,
	direction: 'outbound' as const,
	subject: 'Hello',
	content: 'How are you?',
};

describe('the timeline of a lead', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(() => acme.close());

	const create = async () => rowOf(await acme.run((tx) => createLeads(tx, [lead]))).id;
	const timeline = async (fields: object) =>
		rowOf(await acme.run((tx) => leadTimelines(tx, [asked(fields)])));
	const superuser = async (statement: string) => {
		const owner = (await import('postgres')).default(acme.database.ownerUrl, { max: 1 });
		await owner.unsafe(statement);
		await owner.end();
	};

	async function createWithHistory(): Promise<number> {
		const id = await create();
		await acme.run((tx) => logCommunications(tx, [{ leadId: id, ...call }]));
		await acme.run((tx) =>
			createNotes(tx, [{ leadId: id, content: 'Likes boats', userId: acme.organization.userIds[0]! }]),
		);
		await acme.run((tx) => updateLeads(tx, [{ id, company: 'Acme', status: 'CONTACTED' }]), {
			n8nWorkflowId: 'wf',
			n8nExecutionId: '7',
		});
		return id;
	}

	it('has changes, communications and notes with what was written, newest first', async () => {
		const entries = await timeline({ leadId: await createWithHistory() });
		expect(entries.map(({ type }) => type).sort()).toEqual([
			'communication.logged',
			'lead.created',
			'lead.statusChanged',
			'lead.updated',
			'note.created',
		]);
		expect(entries.map(({ occurredAt }) => occurredAt)).toEqual(
			entries
				.map(({ occurredAt }) => occurredAt)
				.toSorted()
				.toReversed(),
		);
		expect(entries.at(-1)).toMatchObject({ type: 'lead.created', before: null, after: { status: 'NEW' } });
		expect(entries.find(({ type }) => type === 'communication.logged')).toMatchObject({
			communicationType: 'call',
			direction: 'outbound',
			subject: 'Hello',
			content: 'How are you?',
			noteId: null,
		});
		expect(entries.find(({ type }) => type === 'note.created')).toMatchObject({
			content: 'Likes boats',
			noteId: expect.any(Number) as number,
			userId: acme.organization.userIds[0],
		});
		expect(entries.find(({ type }) => type === 'lead.updated')).toMatchObject({
			before: { company: null },
			after: { company: 'Acme' },
			n8nWorkflowId: 'wf',
			n8nExecutionId: '7',
		});
	});

	it('comes in pages of the whole, either way', async () => {
		const leadId = await createWithHistory();
		const all = await timeline({ leadId });
		expect(await timeline({ leadId, sortDirection: 'asc' })).toEqual(all.toReversed());
		expect(await timeline({ leadId, limit: 2 })).toEqual(all.slice(0, 2));
		expect(await timeline({ leadId, limit: 2, offset: 2 })).toEqual(all.slice(2, 4));
		expect(await timeline({ leadId, offset: 90 })).toEqual([]);
	});

	it('can be had of some kinds of events, of a user and of a range of time', async () => {
		const leadId = await createWithHistory();
		const types = async (conditions: object) =>
			(await timeline({ leadId, ...conditions })).map(({ type }) => type);
		expect(await types({ eventTypes: ['note.created', 'lead.created'] })).toEqual([
			'note.created',
			'lead.created',
		]);
		expect(await types({ userId: acme.organization.userIds[0] })).toEqual(['note.created']);
		expect(await types({ occurredAfter: '2999-01-01T00:00:00Z' })).toEqual([]);
		expect(await types({ occurredBefore: '2999-01-01T00:00:00Z' })).toHaveLength(5);
	});

	it('shows communications and notes that have no event any more', async () => {
		const leadId = await createWithHistory();
		await superuser(`delete from activity_logs where lead_id = ${leadId}`);
		expect(await timeline({ leadId, sortDirection: 'asc' })).toMatchObject([
			{
				type: 'communication.logged',
				key: expect.stringMatching(/^communication:/) as string,
				subject: 'Hello',
			},
			{ type: 'note.created', key: expect.stringMatching(/^note:/) as string, content: 'Likes boats' },
		]);
	});

	it('is read in one statement for any number of leads, each by itself, in their order', async () => {
		const [one, other] = [await createWithHistory(), await create()];
		const before = acme.statements.filter((text) => text.includes('asked')).length;
		const results = await acme.run((tx) =>
			leadTimelines(tx, [
				asked({ leadId: other }),
				asked({ leadId: 777_777 }),
				asked({ leadId: one, limit: 1 }),
				asked({ leadId: one }),
			]),
		);
		expect(acme.statements.filter((text) => text.includes('asked')).length - before).toBe(1);
		expect(results.map(({ row, error }) => error?.message ?? row?.length)).toEqual([
			1,
			'Lead 777777 not found',
			1,
			5,
		]);
	});

	it(
		'of ten thousand communications is there at once, a page of it as well as all',
		{ timeout: 60_000 },
		async () => {
			const leadId = await create();
			const many = Array.from({ length: 10_000 }, (_, n) => ({ leadId, ...call, subject: `Call ${n}` }));
			rowsOf(await acme.run((tx) => logCommunications(tx, many)));
			const started = performance.now();
			expect(await timeline({ leadId })).toHaveLength(50);
			const tookMs = performance.now() - started;
			expect(await timeline({ leadId, limit: null })).toHaveLength(10_001);
			// Far from what it takes, and from comparing each communication with each event.
			expect(tookMs).toBeLessThan(5000);
		},
	);
});
