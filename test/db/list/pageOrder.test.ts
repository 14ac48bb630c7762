import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCampaigns } from '../../../db/campaign/create';
import { type CampaignFilter, listCampaigns } from '../../../db/campaign/list';
import { type CommunicationFilter, listCommunications } from '../../../db/communication/list';
import { logCommunications, scheduleCommunications } from '../../../db/communication/write';
import { connect, type Sql } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { createNotes, listNotes } from '../../../db/note/note';
import { listUsers } from '../../../db/user/user';
import { listWorkflows } from '../../../db/workflow/list';
import { newCampaignSchema } from '../../../domain/campaign/input';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { LEAD_ORDERS } from '../../../domain/lead/leadOrder';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

interface Row {
	id: number;
	cursor?: string;
}
type List = (
	sql: Sql,
	page: { limit: number | null; afterCursor?: string; includeCursor?: boolean },
) => PromiseLike<Row[]>;

const SIZE = 60;

/** Every list with every order that it has. All rows are of few moments, names and scores, so that the id often decides. */
const LISTS: Record<string, List> = {
	notes: (sql, page) => listNotes(sql, page),
	users: (sql, page) => listUsers(sql, page),
	workflows: (sql, page) => listWorkflows(sql, page),
	...Object.fromEntries(
		(['name', 'newest', 'startDate'] as const).map((orderBy): [string, List] => [
			`campaigns by ${orderBy}`,
			(sql, page) => listCampaigns(sql, { orderBy, ...page } satisfies CampaignFilter),
		]),
	),
	...Object.fromEntries(
		LEAD_ORDERS.flatMap((sortBy) =>
			(['asc', 'desc'] as const).flatMap((sortDirection) =>
				(
					[
						{},
						{ status: ['NEW', 'QUALIFIED'] },
						{ search: 'ann' },
						{ match: 'any', status: ['QUALIFIED'], minScore: 1, tags: ['vip'] },
					] satisfies LeadFilter[]
				).map((conditions): [string, List] => [
					`leads by ${sortBy} ${sortDirection} with ${JSON.stringify(conditions)}`,
					(sql, page) => listLeads(sql, { sortBy, sortDirection, ...conditions, ...page }),
				]),
			),
		),
	),
	...Object.fromEntries(
		(
			[
				{},
				{ status: ['scheduled'] },
				{ scheduledAfter: '2000-01-01T00:00:00Z' },
				{ status: ['failed', 'cancelled'] },
				{ leadId: 1 },
			] satisfies CommunicationFilter[]
		).map((conditions): [string, List] => [
			`communications with ${JSON.stringify(conditions)}`,
			(sql, page) => listCommunications(sql, { ...conditions, ...page }),
		]),
	),
};

describe('pages by cursor', { timeout: 60_000 }, () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant({ users: SIZE });
		const leads = rowsOf(
			await acme.run((tx) =>
				createLeads(
					tx,
					Array.from({ length: SIZE }, (_, n) =>
						parseInput(newLeadSchema, {
							email: `lead${n}@x.test`,
							firstName: ['Ann', 'ann', 'Bob'][n % 3],
							lastName: ['Young', 'adams', ''][n % 3],
							score: n % 4,
							status: n % 2 ? 'NEW' : 'QUALIFIED',
							tags: n % 5 ? [] : ['vip'],
						}),
					),
				),
			),
		);
		const [{ id: leadId } = { id: 0 }] = leads;
		const each = Array.from({ length: SIZE }, (_, n) => n);
		await acme.run((tx) =>
			createNotes(
				tx,
				each.map((n) => ({ leadId, content: `Note ${n}` })),
			),
		);
		await acme.run((tx) =>
			logCommunications(
				tx,
				each.map(() => ({ leadId, communicationType: 'call' as const, direction: 'outbound' as const })),
			),
		);
		await acme.run((tx) =>
			scheduleCommunications(
				tx,
				each.map((n) => ({
					leadId,
					communicationType: 'email' as const,
					content: 'Hello',
					scheduledAt: `2099-01-0${1 + (n % 3)}T00:00:00Z`,
				})),
			),
		);
		await acme.run((tx) =>
			createCampaigns(
				tx,
				each.map((n) =>
					parseInput(newCampaignSchema, {
						name: ['Spring', 'spring', 'Autumn'][n % 3],
						startDate: n % 4 ? `2027-01-0${n % 4}` : undefined,
					}),
				),
			),
		);
		const owner = connect(acme.database.ownerUrl, { max: 1 });
		await owner`update users set last_name = 'Same', first_name = 'Same' where id % 3 = 0`;
		await owner`update leads set last_contacted_at = '2026-01-01' where id % 3 = 0`;
		await owner`update leads set last_contacted_at = '2026-01-01T00:00:00.000001Z' where id % 3 = 1`;
		await owner`update communications set status = 'failed' where id % 5 = 0 and status = 'completed'`;
		await owner`
			insert into workflows (organization_id, n8n_workflow_id, name)
			select ${acme.organization.id}, 'w' || n, 'Workflow ' || n % 4
			from generate_series(1, ${SIZE}::int) n`;
		await owner.end();
	});
	afterAll(() => acme.close());

	it.each(Object.keys(LISTS))('of %s are the whole list, in its order', async (name) => {
		const list = LISTS[name]!;
		const all = await acme.run((tx) => list(tx, { limit: null }));
		expect(all.length).toBeGreaterThan(10);
		expect(all[0]).not.toHaveProperty('cursor');
		expect(all[0]).not.toHaveProperty('cursorKey');
		for (const limit of [1, 7, null]) {
			const found: Row[] = [];
			let afterCursor: string | undefined;
			for (;;) {
				const page = await acme.run((tx) =>
					list(tx, { limit, includeCursor: true, ...(afterCursor && { afterCursor }) }),
				);
				found.push(...page);
				afterCursor = page.at(-1)?.cursor;
				if (afterCursor === undefined) break;
			}
			expect(found.map(({ cursor: _, ...row }) => row)).toEqual(all);
		}
		const [first] = await acme.run((tx) => list(tx, { limit: 1, includeCursor: true }));
		const rest = await acme.run((tx) => list(tx, { limit: null, afterCursor: first!.cursor! }));
		expect(rest).toEqual(all.slice(1));
	});
});
