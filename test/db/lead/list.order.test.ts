import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { LEAD_ORDERS } from '../../../domain/lead/leadOrder';
import type { Lead } from '../../../domain/lead/lead';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const dayOf = (days: number) => new Date(START + days * DAY_MS).toISOString();

/** What a lead is sorted by; null stands before everything. */
const KEYS: Record<(typeof LEAD_ORDERS)[number], (lead: Lead) => (string | number)[]> = {
	created: (lead) => [lead.createdAt],
	lastContacted: (lead) => [lead.lastContactedAt ?? ''],
	name: (lead) => [lead.lastName.toLowerCase(), lead.firstName.toLowerCase()],
	score: (lead) => [lead.score],
	updated: (lead) => [lead.updatedAt],
};

describe('the order of leads', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
		const leads = Array.from({ length: 80 }, (_, n) => ({
			email: `lead${n}@x.test`,
			firstName: ['ann', 'Bob', 'cy'][n % 3]!,
			lastName: ['Young', 'adams', 'Zed', 'Moore'][n % 4]!,
			score: (n * 37) % 101,
			status: n % 5 === 0 ? ('QUALIFIED' as const) : ('NEW' as const),
			tags: n % 7 === 0 ? ['vip'] : [],
		}));
		const created = rowsOf(await acme.run((tx) => createLeads(tx, leads)));
		for (const [n, { id }] of created.entries()) {
			// One transaction each, so that every lead was updated at a time of its own.
			await acme.run(
				(tx) => tx`
					update leads
					set created_at = ${dayOf((n * 11) % 80)},
						first_contacted_at = ${n % 4 === 0 ? null : dayOf((n * 7) % 80)},
						last_contacted_at = ${n % 4 === 0 ? null : dayOf((n * 7) % 80)}
					where id = ${id}`,
			);
		}
	});
	afterAll(() => acme.close());

	const list = (filter: LeadFilter) => acme.run((tx) => listLeads(tx, { limit: null, ...filter }));

	const conditions: LeadFilter[] = [
		{},
		{ status: ['NEW', 'QUALIFIED'] },
		{ status: ['QUALIFIED'], minScore: 10 },
		{ search: 'a', limit: 100 },
		{ tags: ['vip'], limit: 100 },
	];
	it.each(LEAD_ORDERS)('is by %s, in both directions, whatever else is asked for', async (sortBy) => {
		for (const condition of conditions) {
			const expected = (await list(condition)).map(KEYS[sortBy]).sort(compare);
			expect(expected.length).toBeGreaterThan(10);
			for (const sortDirection of ['asc', 'desc'] as const) {
				const leads = await list({ ...condition, sortBy, sortDirection });
				expect(leads.map(KEYS[sortBy])).toEqual(sortDirection === 'asc' ? expected : expected.toReversed());
				const page = await list({ ...condition, sortBy, sortDirection, limit: 5, offset: 3 });
				expect(page).toEqual(leads.slice(3, 8));
			}
		}
	});

	it('can be had of those contacted in a range of time, which those never contacted are not in', async () => {
		const all = await list({});
		const found = await list({ contactedAfter: dayOf(10), contactedBefore: dayOf(40) });
		const expected = all.filter(
			({ lastContactedAt: at }) => at !== null && at >= dayOf(10) && at < dayOf(40),
		);
		expect(found).toEqual(expected);
		expect(found.length).toBeGreaterThan(10);
		expect(await list({ contactedBefore: dayOf(40), neverContacted: true })).toEqual([]);
	});

	it('can be had of those changed in a range of time', async () => {
		const [oldest] = await list({ sortBy: 'updated', sortDirection: 'asc' });
		expect(await list({ updatedBefore: oldest!.updatedAt })).toEqual([]);
		expect(await list({ updatedAfter: oldest!.updatedAt })).toHaveLength(80);
	});

	it('is refused by its name when there is no such', async () => {
		await expect(list({ sortBy: 'colour' as never })).rejects.toThrow('must be one of created');
		await expect(acme.run((tx) => tx`select lma.find_leads('{}', 'colour desc')`)).rejects.toThrow(
			'Leads cannot be ordered by colour desc',
		);
	});
});

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
	for (const [n, one] of a.entries()) {
		const other = b[n]!;
		if (one !== other) return one < other ? -1 : 1;
	}
	return 0;
}
