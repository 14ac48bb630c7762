import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { updateLeads } from '../../../db/lead/update';
import { newCampaignSchema } from '../../../domain/campaign/input';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { LEAD_STATUSES, LEAD_TEMPERATURES } from '../../../domain/lead/labels';
import type { Lead } from '../../../domain/lead/lead';
import { LEAD_ORDERS } from '../../../domain/lead/leadOrder';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const SIZE = 300;

describe('lists of leads', { timeout: 90_000 }, () => {
	let acme: TestTenant;
	let campaigns: number[];
	/** Campaign and status of every membership, by lead. */
	const memberships = new Map<number, { campaignId: number; status: string }[]>();
	beforeAll(async () => {
		acme = await openTenant();
		campaigns = rowsOf(
			await acme.run((tx) =>
				createCampaigns(
					tx,
					['One', 'Two'].map((name) => parseInput(newCampaignSchema, { name })),
				),
			),
		).map(({ id }) => id);
		const leads = rowsOf(
			await acme.run((tx) =>
				createLeads(
					tx,
					Array.from({ length: SIZE }, (_, n) => fields(n)),
				),
			),
		);
		for (const [n, campaignId] of campaigns.entries()) {
			for (const membershipStatus of ['active', 'responded']) {
				const leadIds = leads
					.map(({ id }) => id)
					.filter((id) => id % 7 === n + (membershipStatus === 'active' ? 0 : 3));
				rowOf(await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId, leadIds, membershipStatus }])));
				for (const id of leadIds)
					memberships.set(id, [...(memberships.get(id) ?? []), { campaignId, status: membershipStatus }]);
			}
		}
	});
	afterAll(() => acme.close());

	const fields = (n: number) =>
		parseInput(newLeadSchema, {
			email: `lead${n}@x.test`,
			lastName: ['Adams', 'Young', 'Moore'][n % 3],
			score: (n * 7) % 11,
			status: LEAD_STATUSES[n % 5],
			leadTemperature: LEAD_TEMPERATURES[n % 3],
			tags: n % 4 ? [] : ['vip'],
			assignedToId: n % 2 ? acme.organization.userIds[n % 3] : undefined,
		});

	const conditions = fc.record(
		{
			status: fc.subarray(LEAD_STATUSES.slice(0, 6), { minLength: 1 }),
			leadTemperature: fc.subarray([...LEAD_TEMPERATURES], { minLength: 1 }),
			minScore: fc.integer({ min: 0, max: 10 }),
			maxScore: fc.integer({ min: 0, max: 10 }),
			tags: fc.constant(['vip']),
			search: fc.constantFrom('adams', 'you', 'nobody'),
			unassigned: fc.constant(true),
			ids: fc.array(fc.integer({ min: 1, max: SIZE + 20 }), { maxLength: 40 }),
			campaignId: fc.nat(1),
			membershipStatuses: fc.subarray(['active', 'responded', 'bounced'], { minLength: 1 }),
		},
		{ requiredKeys: [] },
	);
	const asked = fc.record({
		conditions,
		match: fc.constantFrom('all' as const, 'any' as const),
		sortBy: fc.constantFrom(...LEAD_ORDERS),
		sortDirection: fc.constantFrom('asc' as const, 'desc' as const),
		limit: fc.constantFrom(1, 13, 100),
	});

	/** The same in memory: the outcome of each condition, of which ranges and memberships are one. */
	function outcomes(lead: Lead, { campaignId, membershipStatuses, ...wanted }: LeadFilter): boolean[] {
		const found: boolean[] = [];
		if (wanted.status) found.push(wanted.status.includes(lead.status));
		if (wanted.leadTemperature) found.push(wanted.leadTemperature.includes(lead.leadTemperature));
		const { minScore, maxScore } = wanted as { minScore?: number; maxScore?: number };
		if (minScore !== undefined || maxScore !== undefined)
			found.push(lead.score >= (minScore ?? 0) && lead.score <= (maxScore ?? 100));
		if (wanted.tags) found.push(lead.tags?.includes('vip') === true);
		if (wanted.search) found.push(lead.lastName.toLowerCase().startsWith(wanted.search));
		if (wanted.unassigned) found.push(lead.assignedToId === null);
		if (wanted.ids) found.push(wanted.ids.includes(lead.id));
		if (campaignId !== undefined || membershipStatuses)
			found.push(
				(memberships.get(lead.id) ?? []).some(
					(one) =>
						(campaignId === undefined || one.campaignId === campaignId) &&
						(membershipStatuses?.includes(one.status) ?? true),
				),
			);
		return found;
	}

	it('are those that a comparison of every lead with all or any conditions finds, page by page', async () => {
		const everybody = await acme.run((tx) => listLeads(tx, { limit: null }));
		let found = 0;
		await fc.assert(
			fc.asyncProperty(asked, async ({ conditions: given, match, sortBy, sortDirection, limit }) => {
				const { campaignId, ...others } = given;
				const filter = {
					...others,
					...(campaignId !== undefined && { campaignId: campaigns[campaignId]! }),
				} as LeadFilter;
				const expected = everybody
					.filter((lead) => {
						const all = outcomes(lead, filter);
						return match === 'all' || all.length === 0 ? all.every(Boolean) : all.some(Boolean);
					})
					.map(({ id }) => id);
				const order = { match, sortBy, sortDirection, ...filter };
				const whole = (await acme.run((tx) => listLeads(tx, { ...order, limit: null }))).map(({ id }) => id);
				expect(whole.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
				const [first, second] = await firstPages(order, limit);
				expect([...first!, ...second!].map(({ id }) => id)).toEqual(whole.slice(0, 2 * limit));
				const beyond = await acme.run((tx) => listLeads(tx, { ...order, limit, offset: 5 }));
				expect(beyond.map(({ id }) => id)).toEqual(whole.slice(5, 5 + limit));
				found += whole.length;
			}),
			{ numRuns: 150 },
		);
		expect(found).toBeGreaterThan(1000);
	});

	async function firstPages(order: LeadFilter, limit: number) {
		const list = (page: LeadFilter) =>
			acme.run((tx) => listLeads(tx, { ...order, limit, includeCursor: true, ...page }));
		const first = await list({});
		const afterCursor = first.at(-1)?.cursor;
		return [first, afterCursor === undefined ? [] : await list({ afterCursor })];
	}

	it('give every lead that is there all along once, while others come, go and change', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom('created' as const, 'name' as const, 'score' as const),
				fc.constantFrom('asc' as const, 'desc' as const),
				fc.array(fc.constantFrom('create' as const, 'delete' as const, 'change' as const), {
					minLength: 5,
					maxLength: 5,
				}),
				async (sortBy, sortDirection, writes) => {
					const passing = rowsOf(
						await acme.run((tx) =>
							createLeads(
								tx,
								Array.from({ length: 60 }, (_, n) => fields(1000 + n)),
							),
						),
					).map(({ id }) => id);
					const steady = (await acme.run((tx) => listLeads(tx, { limit: null })))
						.map(({ id }) => id)
						.filter((id) => !passing.includes(id));
					const found: number[] = [];
					let afterCursor: string | undefined;
					for (;;) {
						const page = await acme.run((tx) =>
							listLeads(tx, {
								sortBy,
								sortDirection,
								limit: 40,
								includeCursor: true,
								...(afterCursor && { afterCursor }),
							}),
						);
						found.push(...page.map(({ id }) => id));
						afterCursor = page.at(-1)?.cursor;
						if (afterCursor === undefined) break;
						const write = writes.shift();
						const gone = passing.splice(0, 5);
						if (write === 'create') {
							const more = rowsOf(await acme.run((tx) => createLeads(tx, [fields(5000), fields(5001)])));
							passing.push(...more.map(({ id }) => id));
						} else if (write === 'delete') {
							// The row that the cursor was made of as well, where it is one of these.
							await acme.run((tx) =>
								deleteLeads(
									tx,
									[...gone, page.at(-1)!.id].filter((id) => !steady.includes(id)),
								),
							);
						} else {
							await acme.run((tx) =>
								updateLeads(
									tx,
									gone.map((id) => ({ id, score: 10, lastName: 'Adams' })),
								),
							);
						}
					}
					const ofSteady = found.filter((id) => steady.includes(id));
					expect(new Set(ofSteady).size).toBe(ofSteady.length);
					expect(ofSteady.toSorted((a, b) => a - b)).toEqual(steady.toSorted((a, b) => a - b));
					const rest = (await acme.run((tx) => listLeads(tx, { limit: null }))).map(({ id }) => id);
					await acme.run((tx) =>
						deleteLeads(
							tx,
							rest.filter((id) => !steady.includes(id)),
						),
					);
				},
			),
			{ numRuns: 12 },
		);
	});
});
