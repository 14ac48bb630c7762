import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createNotes, listNotes } from '../../../db/note/note';
import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { listUsers } from '../../../db/user/user';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

describe('reports', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;

	beforeAll(async () => {
		acme = await openTenant({ users: 2 });
		owner = postgres(acme.database.ownerUrl, { max: 1 });
		// Lead n has n communications and 2n notes, so that counting by joins would show.
		await owner`
			insert into leads (email, first_name, last_name, score, status, organization_id, assigned_to_id)
			select
				format('l%s@x.test', n), '', '', n * 10,
				(array['QUALIFIED', 'CLOSED_WON', 'NEW'])[n % 3 + 1]::lead_status_enum, ${acme.organization.id},
				${acme.organization.userIds[0]!}
			from generate_series(1, 5) n`;
		await owner`
			insert into communications (lead_id, user_id, communication_type, direction)
			select l.id, ${acme.organization.userIds[0]!}, 'call', 'outbound'
			from leads l, generate_series(1, l.score / 10)`;
		await owner`
			insert into lead_notes (lead_id, user_id, content, organization_id)
			select l.id, ${acme.organization.userIds[1]!}, 'note', l.organization_id
			from leads l, generate_series(1, l.score / 5)`;
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});

	it('counts communications and notes of a lead each alone', async () => {
		const rows = await acme.run((tx) => leadSummary(tx, {}));
		expect(rows.map((row) => [row.score, row.communicationCount, row.noteCount])).toEqual([
			[50, 5, 10],
			[40, 4, 8],
			[30, 3, 6],
			[20, 2, 4],
			[10, 1, 2],
		]);
	});

	it('averages over leads, not over their communications', async () => {
		const [metrics] = await acme.run((tx) => organizationMetrics(tx));
		expect(metrics).toMatchObject({
			totalLeads: 5,
			totalUsers: 2,
			avgLeadScore: 30,
			qualifiedLeads: 1,
			wonLeads: 2,
			totalCommunications: 15,
			totalWorkflows: 0,
		});
	});

	it('shows each user what they own and have done', async () => {
		const rows = await acme.run((tx) => userProductivity(tx, {}));
		expect(
			rows.map((row) => [row.assignedLeads, row.totalCommunications, row.totalNotes, row.avgLeadScore]),
		).toEqual([
			[5, 15, 0, 30],
			[0, 0, 30, null],
		]);
	});

	it('filters by status and lead', async () => {
		const won = await acme.run((tx) => leadSummary(tx, { status: ['CLOSED_WON'] }));
		expect(won.map((row) => row.score)).toEqual([40, 10]);
		expect(await acme.run((tx) => leadSummary(tx, { leadId: won[0]!.id }))).toEqual([won[0]]);
	});

	it('adds notes for known leads and lists them newest first', async () => {
		const [lead] = await acme.run((tx) => leadSummary(tx, {}));
		const results = await acme.run((tx) =>
			createNotes(tx, [
				{ leadId: lead!.id, content: 'first' },
				{ leadId: 999_999, content: 'nowhere' },
				{ leadId: lead!.id, content: 'by nobody', userId: 999_999 },
			]),
		);
		expect(results.map((result) => result.error?.message)).toEqual([
			undefined,
			'Lead 999999 not found',
			'User 999999 not found',
		]);
		const [newest] = await acme.run((tx) => listNotes(tx, { leadId: lead!.id, limit: 1 }));
		expect(newest).toEqual(rowsOf(results.slice(0, 1))[0]);
	});

	it('lists users without their password', async () => {
		const users = await acme.run((tx) =>
			listUsers(tx, { role: ['SALES_REP'], isActive: true, search: 'user1' }),
		);
		expect(users).toHaveLength(1);
		expect(users[0]).not.toHaveProperty('hashedPassword');
	});
});
