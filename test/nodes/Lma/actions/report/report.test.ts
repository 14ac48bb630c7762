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

describe('report', () => {
	test('the three views agree with what was written', async () => {
		await lma.output('lead.update', {
			leadId: byId(leadId),
			updateFields: { assignedToId: lma.acme.userIds[0] ?? 0 },
		});
		for (const content of ['one', 'two']) await lma.output('note.create', { leadId: byId(leadId), content });
		await lma.output('communication.log', {
			leadId: byId(leadId),
			communicationType: 'call',
			direction: 'inbound',
		});
		expect(await lma.output('report.leadSummary', { filters: { leadId: String(leadId) } })).toMatchObject([
			{ id: leadId, communicationCount: 1, noteCount: 2, organizationName: 'acme' },
		]);
		expect(await lma.output('report.organizationMetrics', {})).toMatchObject([
			{ name: 'acme', totalUsers: 3 },
		]);
		expect(
			await lma.output('report.userProductivity', { filters: { userId: lma.acme.userIds[0] ?? 0 } }),
		).toMatchObject([{ id: lma.acme.userIds[0], assignedLeads: 1 }]);
	});

	test('a report in few fields, and one that nothing matched', async () => {
		const filters = { leadId: String(leadId) };
		const [summary] = await lma.output('report.leadSummary', { filters, simplify: true });
		expect(summary).toMatchObject({ id: leadId, communicationCount: 0 });
		expect(Object.keys(summary ?? {})).toHaveLength(10);
		const none = { filters: { leadId: '999999' }, simplify: true, options: { ifNothingMatched: 'empty' } };
		expect(await lma.output('report.leadSummary', none)).toEqual([{}]);
		const nobody = { filters: { userId: 999_999 }, options: { ifNothingMatched: 'error' } };
		const { error } = await lma.run('report.userProductivity', nobody);
		expect(error?.message).toBe('No report matches the filters');
	});
});
