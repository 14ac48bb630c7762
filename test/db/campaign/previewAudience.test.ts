import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { withTargetedLeads } from '../../../db/campaign/countTargeted';
import { createCampaigns } from '../../../db/campaign/create';
import { enrolLeads } from '../../../db/campaign/enrolLeads';
import { previewAudiences } from '../../../db/campaign/previewAudience';
import { createLeads } from '../../../db/lead/create';
import { audienceRequestSchema } from '../../../domain/campaign/audience';
import { newCampaignSchema } from '../../../domain/campaign/input';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('a preview', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
		const leads = Array.from({ length: 60 }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: `L${n}`,
			lastName: '',
			score: n,
			tags: n % 2 ? ['odd'] : ['even'],
			...(n >= 58 && { status: 'CLOSED_WON' as const }),
		}));
		rowsOf(await acme.run((tx) => createLeads(tx, leads)));
	});
	afterAll(() => acme.close());
	let campaignId: number;
	const create = async (fields: object) => {
		const campaign = { name: 'Autumn', status: 'active', startDate: '2026-01-01', ...fields };
		return rowOf(await acme.run((tx) => createCampaigns(tx, [parseInput(newCampaignSchema, campaign)]))).id;
	};
	beforeEach(async () => {
		campaignId = await create({ targetCriteria: { tags: ['odd'] }, dailyEnrolmentCap: 3 });
	});
	const preview = (...requests: object[]) =>
		acme.run(
			(tx) =>
				previewAudiences(
					tx,
					requests.map((request) => parseInput(audienceRequestSchema, request)),
				),
			{ readOnly: true },
		);

	it('of criteria says how many leads they mean, and shows the best', async () => {
		const row = rowOf(await preview({ targetCriteria: { minScore: 50 }, sampleSize: 2 }));
		expect(row).toMatchObject({
			campaignId: null,
			targetedLeads: 8,
			isCountExact: true,
			conditions: { minScore: 50, status: ['NEW', 'CONTACTED', 'QUALIFIED'] },
			leftToday: null,
			reason: null,
		});
		expect(row.leads.map(({ score }) => score)).toEqual([57, 56]);
	});

	it('of everybody counts closed leads too, of nobody counts none', async () => {
		const [everybody, nobody] = rowsOf(
			await preview({ targetCriteria: { all: true } }, { targetCriteria: {} }),
		);
		expect(everybody).toMatchObject({ targetedLeads: 60, conditions: {} });
		expect(nobody).toMatchObject({ targetedLeads: 0, conditions: null, reason: 'noCriteria', leads: [] });
		expect(nobody?.message).toMatch(/nobody.*\{"all": true\}/);
	});

	it('of a campaign shows who would be enrolled, and that is who then is', async () => {
		const before = rowOf(await preview({ campaignId }));
		expect(before).toMatchObject({ campaignName: 'Autumn', targetedLeads: 29, leftToday: 3, reason: null });
		const enrolled = rowOf(await acme.run((tx) => enrolLeads(tx, [{ campaignId }])));
		expect(enrolled.leads).toEqual(before.leads);
		expect(rowOf(await preview({ campaignId }))).toMatchObject({
			targetedLeads: 29,
			leftToday: 0,
			reason: 'capReached',
			leads: [],
		});
	});

	it('answers each request alone, in three statements', async () => {
		const draft = await create({ status: 'draft', targetCriteria: { all: true } });
		acme.statements.length = 0;
		const results = await preview(
			{ campaignId },
			{ campaignId: 999_999 },
			{ campaignId: draft },
			{ targetCriteria: { minScore: 57 } },
			{ campaignId, sampleSize: 1 },
		);
		expect(acme.statements.filter((text) => /campaigns|find_leads/.test(text))).toHaveLength(3);
		expect(results.map(({ row, error }) => row?.leads.length ?? error?.code)).toEqual([
			3,
			'CAMPAIGN_NOT_FOUND',
			0,
			1,
			1,
		]);
		expect(results[2]?.row).toMatchObject({ targetedLeads: 60, reason: 'notActive' });
	});

	it('needs a campaign or criteria, not both', () => {
		const refusal = (request: object) => () => parseInput(audienceRequestSchema, request);
		expect(refusal({ campaignId: 1, targetCriteria: {} })).toThrow(
			'campaignId and targetCriteria do not go together',
		);
		expect(refusal({})).toThrow('campaignId is missing, and so are targetCriteria');
	});
});

describe('the count beside a campaign', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
		rowsOf(
			await acme.run((tx) =>
				createLeads(
					tx,
					[10, 20, 30].map((score) => ({ email: `s${score}@x.test`, firstName: '', lastName: '', score })),
				),
			),
		);
	});
	afterAll(() => acme.close());
	const count = async (...criteria: unknown[]) => {
		const rows = criteria.map((targetCriteria) => ({ row: { targetCriteria } }));
		return rowsOf(await acme.run((tx) => withTargetedLeads(tx, rows))).map(
			({ targetedLeads }) => targetedLeads,
		);
	};

	it('is one statement, and zero for what means nobody', async () => {
		acme.statements.length = 0;
		expect(await count({}, { minScore: 20 }, { all: true }, { industry: 'x' }, { minScore: 20 })).toEqual([
			0, 2, 3, 0, 2,
		]);
		expect(acme.statements.filter((text) => text.includes('find_leads'))).toHaveLength(1);
	});

	it('is left out where it would cost too much', async () => {
		const many = Array.from({ length: 51 }, (_, n) => ({ minScore: n + 1 }));
		expect(new Set(await count(...many))).toEqual(new Set([null]));
		expect(await count(...many.slice(1))).not.toContain(null);
	});
});
