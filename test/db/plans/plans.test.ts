import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findByAddress } from '../../../db/address/findByAddress';
import { assignLeads } from '../../../db/assignment/assign';
import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { enrolLeads } from '../../../db/campaign/enrolLeads';
import { findCampaigns } from '../../../db/campaign/find';
import { listCampaigns } from '../../../db/campaign/list';
import { listCampaignLeads } from '../../../db/campaign/listLeads';
import { previewAudiences } from '../../../db/campaign/previewAudience';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { updateCampaignLeads } from '../../../db/campaign/updateLeads';
import { checkSends } from '../../../db/communication/checkSend';
import { findCommunications } from '../../../db/communication/find';
import { listCommunications } from '../../../db/communication/list';
import { connect, type Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { findLeads } from '../../../db/lead/find';
import { listLeads } from '../../../db/lead/list';
import { upsertLeads } from '../../../db/lead/upsert';
import { listNotes } from '../../../db/note/note';
import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { scoreLeads } from '../../../db/scoring/scoreLeads';
import { createTenantLogin } from '../../../schema/login/tenantLogin';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { fillDataset } from './dataset';
import { ExplainedSession, letExplain } from './explain';

interface Case {
	title: string;
	/** Takes the number of the run, so that no two runs have the same values. */
	query: (sql: Sql, run: number) => PromiseLike<unknown>;
	/** One of these is read. */
	index: RegExp;
	/** Most rows that may be looked at, of 30,000 leads and 120,000 communications. */
	rows: number;
}

const lead = (
	title: string,
	filter: (run: number) => Parameters<typeof listLeads>[1],
	index: RegExp,
	rows: number,
): Case => ({
	title: `leads ${title}`,
	query: (sql, run) => listLeads(sql, filter(run)),
	index,
	rows,
});

/** The first two pages of a list, the second by the cursor of the first. */
const page = (
	title: string,
	filter: () => Parameters<typeof listLeads>[1],
	index: RegExp,
	rows: number,
): Case => ({
	title: `leads ${title}, page by page`,
	query: async (sql) => {
		const asked = { ...filter(), includeCursor: true };
		const cursor = (await listLeads(sql, asked)).at(-1)?.cursor;
		await listLeads(sql, { ...asked, ...(cursor && { afterCursor: cursor }) });
	},
	index,
	rows,
});

// 50 rows of a list are looked at up to three times: found, read, and in a bitmap before.
const cases: Case[] = [
	lead('newest', () => ({}), /idx_leads_created_org/, 150),
	lead('oldest', () => ({ sortDirection: 'asc' }), /idx_leads_created_org/, 150),
	lead('by name', () => ({ sortBy: 'name', sortDirection: 'asc' }), /idx_leads_org_name/, 150),
	lead('by name, last first', () => ({ sortBy: 'name' }), /idx_leads_org_name/, 150),
	lead('of a status, by name', () => ({ sortBy: 'name', status: ['CLOSED_LOST'] }), /idx_leads_org_/, 5),
	lead(
		'by score, lowest first',
		() => ({ sortBy: 'score', sortDirection: 'asc' }),
		/idx_leads_org_score/,
		150,
	),
	lead(
		'with a rare word, by last contact',
		(run) => ({ search: `last${1000 + 2 * run}`, sortBy: 'lastContacted' }),
		/idx_leads_search/,
		150,
	),
	lead(
		'of an owner, by last change',
		(run) => ({ assignedToId: 20 + run, sortBy: 'updated' }),
		/idx_leads_(org_owner|assigned_status)/,
		1000,
	),
	lead('by score', () => ({ sortBy: 'score' }), /idx_leads_org_score/, 150),
	lead(
		'by status and score',
		(run) => ({ status: ['QUALIFIED'], minScore: 50 + run, sortBy: 'score' }),
		/idx_leads_org/,
		2500,
	),
	lead(
		'of a status',
		(run) => ({ status: run % 2 ? ['QUALIFIED'] : ['NEW', 'CONTACTED'] }),
		/idx_leads_org_(qualified|contacted)/,
		300,
	),
	lead(
		'of a status that there is none of',
		() => ({ status: ['CLOSED_LOST'] }),
		/idx_leads_org_closed_lost/,
		5,
	),
	lead(
		'of a status that there is none of, by score',
		() => ({ status: ['CLOSED_LOST'], sortBy: 'score' }),
		/idx_leads_org_closed_lost/,
		5,
	),
	lead('that are hot, of which there are none', () => ({ leadTemperature: ['hot'] }), /idx_leads_org_hot/, 5),
	lead('of an owner', (run) => ({ assignedToId: 20 + run }), /idx_leads_(org_owner|assigned_status)/, 1000),
	lead('of nobody', () => ({ unassigned: true }), /idx_leads_org|idx_leads_created_org/, 1000),
	lead(
		'with an address',
		(run) => ({ email: `LEAD${200 * run + 2}@firm${200 * run + 2}.test` }),
		/idx_leads_org_email/,
		5,
	),
	lead('of a day', (run) => createdOn(run), /idx_leads_created_org/, 1600),
	// Fifty of the newest are looked at first, twice.
	lead('with a rare tag', () => ({ tags: ['vip'] }), /idx_leads_search/, 150),
	lead('with a common tag', () => ({ tags: ['newsletter'] }), /idx_leads_created_org/, 400),
	lead(
		'with a rare custom field',
		(run) => ({ customFields: { employees: 100 + run } }),
		/idx_leads_search/,
		150,
	),
	lead(
		'with a rare number in a custom field, compared by type',
		(run) => ({
			customFieldConditions: [
				{ key: 'employees', operator: 'equals', type: 'number', values: [String(100 + run)] },
			],
		}),
		/idx_leads_search/,
		150,
	),
	lead(
		'with a common option in a custom field, compared by type',
		() => ({
			customFieldConditions: [{ key: 'industry', operator: 'equals', type: 'select', values: ['steel'] }],
		}),
		/idx_leads_created_org/,
		400,
	),
	lead(
		'with a range in a custom field that nobody has',
		(run) => ({
			customFieldConditions: [{ key: 'seats', operator: 'greater', type: 'number', values: [String(run)] }],
		}),
		/idx_leads_search/,
		150,
	),
	lead(
		'with a common custom field',
		() => ({ customFields: { industry: 'steel' } }),
		/idx_leads_created_org/,
		400,
	),
	lead('with a rare word', (run) => ({ search: `last${1000 + 2 * run}` }), /idx_leads_search/, 150),
	lead(
		'with a rare beginning of two words',
		(run) => ({ search: `last10${10 + 2 * run} fir` }),
		/idx_leads_search/,
		150,
	),
	lead('with a common word', () => ({ search: 'company' }), /idx_leads_created_org/, 400),
	lead('with a rare tag and a status', () => ({ tags: ['vip'], status: ['NEW'] }), /idx_leads_search/, 150),
	page('newest', () => ({}), /idx_leads_created_org/, 300),
	page('by name', () => ({ sortBy: 'name', sortDirection: 'asc' }), /idx_leads_org_name/, 300),
	page('by score', () => ({ sortBy: 'score' }), /idx_leads_org_score/, 400),
	page('of a status', () => ({ status: ['QUALIFIED'] }), /idx_leads_org_qualified/, 300),
	page('of a status, by score', () => ({ status: ['QUALIFIED'], sortBy: 'score' }), /idx_leads_org_/, 5000),
	page('with a common word', () => ({ search: 'company' }), /idx_leads_created_org/, 700),
	lead(
		'with some ids',
		(run) => ({ ids: [2 * run, 2 * run + 2, 8 * run] }),
		/leads_(pkey|organization_id_id_key)/,
		12,
	),
	lead(
		'with some ids, by score',
		(run) => ({ ids: [2 * run, 8 * run], sortBy: 'score' }),
		/leads_(pkey|organization_id_id_key)/,
		12,
	),
	lead(
		'of a campaign of many',
		() => ({ campaignId: 61 }),
		/idx_leads_created_org|campaign_leads_campaign_id_lead_id_key/,
		30_000,
	),
	lead('of a campaign of none', (run) => ({ campaignId: 61 * run + 61 }), /campaign_leads/, 5),
	lead(
		'with an address or an owner',
		(run) => ({
			match: 'any',
			email: `lead${200 * run + 2}@firm${200 * run + 2}.test`,
			assignedToId: 20 + run,
		}),
		/idx_leads_org_email/,
		1100,
	),
	lead(
		'that are hot, of which there are none, or have a rare tag',
		() => ({ match: 'any', leadTemperature: ['hot'], tags: ['vip'] }),
		/idx_leads_org_hot/,
		300,
	),
	{
		title: 'a page of what is scheduled',
		query: async (sql) => {
			const filter = { status: ['scheduled' as const], limit: 10, includeCursor: true };
			const cursor = (await listCommunications(sql, filter)).at(-1)?.cursor;
			await listCommunications(sql, { ...filter, ...(cursor && { afterCursor: cursor }) });
		},
		index: /idx_communications_(org_scheduled|org_planned|dispatch)/,
		rows: 900,
	},
	{
		title: 'a page of the newest communications',
		query: async (sql) => {
			const filter = { limit: 50, includeCursor: true };
			const cursor = (await listCommunications(sql, filter)).at(-1)?.cursor;
			await listCommunications(sql, { ...filter, ...(cursor && { afterCursor: cursor }) });
		},
		index: /ix_communications_organization_id|communications_pkey/,
		rows: 300,
	},
	{
		title: 'a page of the newest notes',
		query: async (sql) => {
			const filter = { limit: 50, includeCursor: true };
			const cursor = (await listNotes(sql, filter)).at(-1)?.cursor;
			await listNotes(sql, { ...filter, ...(cursor && { afterCursor: cursor }) });
		},
		index: /idx_lead_notes_org_date/,
		rows: 300,
	},
	{
		title: 'an upsert of the address of a lead that was merged away',
		query: (sql, run) => findByAddress(sql, { lead: [`gone${run}@x.test`], user: [] }),
		index: /idx_merged_leads_email/,
		rows: 5,
	},
	{
		title: 'leads by id',
		query: (sql, run) => findLeads(sql, [2 * run, 2 * run + 2]),
		index: /leads_pkey|leads_organization_id_id_key/,
		rows: 4,
	},
	{
		title: 'the history of a lead',
		query: (sql, run) => listCommunications(sql, { leadId: 2 * run }),
		index: /idx_communications_org_lead/,
		rows: 20,
	},
	{
		title: 'a kind of history of a lead',
		query: (sql, run) => listCommunications(sql, { leadId: 2 * run, communicationType: ['email'] }),
		index: /idx_communications_(org_lead|lead_type_date)/,
		rows: 20,
	},
	{
		title: 'the newest communications',
		query: (sql) => listCommunications(sql, {}),
		index: /ix_communications_organization_id|communications_pkey/,
		rows: 150,
	},
	{
		title: 'the communications of a user',
		query: (sql, run) => listCommunications(sql, { userId: 1 + run }),
		index: /idx_communications_org_user/,
		rows: 150,
	},
	{
		title: 'what is scheduled',
		query: (sql, run) =>
			listCommunications(sql, { status: ['scheduled'], scheduledAfter: hoursFromNow(run) }),
		index: /idx_communications_(org_scheduled|org_planned|dispatch)/,
		rows: 700,
	},
	{
		title: 'what failed',
		query: (sql) => listCommunications(sql, { status: ['failed'] }),
		index: /idx_communications_org_failed/,
		rows: 150,
	},
	{
		title: 'what was cancelled, of which there is nothing',
		query: (sql) => listCommunications(sql, { status: ['cancelled'] }),
		index: /idx_communications_org_failed/,
		rows: 150,
	},
	{
		title: 'communications by id',
		query: (sql, run) => findCommunications(sql, [8 * run, 8 * run + 1]),
		index: /communications_pkey|ix_communications_organization_id/,
		rows: 4,
	},
	{
		title: 'whether leads may be contacted',
		query: (sql, run) =>
			checkSends(
				sql,
				[2 * run, 2 * run + 2].map((leadId) => ({ leadId, communicationType: 'email' })),
			),
		index: /idx_communications_(org_lead|lead_type_date)/,
		rows: 40,
	},
	{
		title: 'the newest campaigns',
		query: (sql) => listCampaigns(sql, {}),
		index: /campaigns_organization_id_id_key|campaigns_pkey/,
		rows: 150,
	},
	{
		title: 'a campaign with few leads',
		query: (sql, run) => findCampaigns(sql, [61 * run + 61]),
		index: /campaign_leads_campaign_id_lead_id_key/,
		rows: 5,
	},
	{
		title: 'adding leads to a campaign of many, of which some are in it',
		query: (sql, run) => addLeadsToCampaigns(sql, [{ campaignId: 61, leadIds: [20 * run, 2 * run + 2] }]),
		index: /campaign_leads_campaign_id_lead_id_key/,
		rows: 30,
	},
	{
		title: 'taking leads out of a campaign of many',
		query: (sql, run) => removeLeadsFromCampaigns(sql, [{ campaignId: 61, leadIds: [2 * run] }]),
		index: /campaign_leads_campaign_id_lead_id_key/,
		rows: 10,
	},
	{
		title: 'a page of the leads of a campaign of many',
		query: (sql, run) => listCampaignLeads(sql, [{ campaignId: 61, afterLeadId: 1000 * run, limit: 50 }]),
		index: /campaign_leads_campaign_id_lead_id_key/,
		rows: 110,
	},
	{
		title: 'a page of those that have a status',
		query: (sql, run) =>
			listCampaignLeads(sql, [
				{
					campaignId: 61,
					afterLeadId: 1000 * run,
					membershipStatuses: ['responded', 'active'],
					limit: 50,
				},
			]),
		index: /ix_campaign_leads_members/,
		rows: 110,
	},
	{
		title: 'those of a status that there is none of',
		query: (sql) => listCampaignLeads(sql, [{ campaignId: 61, membershipStatuses: ['left'], limit: 50 }]),
		index: /ix_campaign_leads_members/,
		rows: 5,
	},
	{
		title: 'a change of a lead in a campaign of many',
		query: (sql, run) =>
			updateCampaignLeads(sql, [{ campaignId: 61, leadId: 2 * run, membershipStatus: `status ${run}` }]),
		index: /campaign_leads_(campaign_id_lead_id_key|lead_id)/,
		rows: 5,
	},
	{
		title: 'an enrolment in a campaign without leads',
		query: (sql, run) => enrolLeads(sql, [{ campaignId: 183 * run }]),
		index: /idx_leads_org_score/,
		// A thousand of each status tell that it is not rare.
		rows: 4000,
	},
	{
		title: 'the audience of rare criteria',
		query: (sql) => previewAudiences(sql, [{ targetCriteria: { tags: ['vip'] }, sampleSize: 10 }]),
		index: /idx_leads_search/,
		rows: 500,
	},
	{
		title: 'the notes of a lead',
		query: (sql, run) => listNotes(sql, { leadId: 2 * run }),
		index: /ix_lead_notes_lead_id/,
		rows: 5,
	},
	{
		title: 'the newest notes',
		query: (sql) => listNotes(sql, {}),
		index: /idx_lead_notes_org_date/,
		rows: 150,
	},
	{
		title: 'an upsert',
		query: (sql, run) =>
			upsertLeads(sql, [{ email: `lead${200 * run + 2}@firm${200 * run + 2}.test`, company: `C${run}` }]),
		index: /idx_leads_org_email/,
		rows: 60,
	},
	{
		title: 'scoring',
		query: (sql, run) => scoreLeads(sql, [2 * run + 2]),
		index: /leads_pkey|leads_organization_id_id_key/,
		rows: 60,
	},
	{
		title: 'an assignment by load',
		query: (sql, run) =>
			assignLeads(sql, [{ leadId: 10 * run + 10, strategy: 'leastLoaded', userIds: [3, 4], reassign: true }]),
		index: /idx_leads_org_owner/,
		rows: 2500,
	},
	{
		title: 'the best leads in short',
		query: (sql) => leadSummary(sql, {}),
		index: /idx_leads_org_score/,
		rows: 1000,
	},
	{
		title: 'a lead in short',
		query: (sql, run) => leadSummary(sql, { leadId: 2 * run + 2 }),
		index: /leads_pkey|leads_organization_id_id_key/,
		rows: 30,
	},
	{ title: 'the totals', query: (sql) => organizationMetrics(sql), index: /organizations/, rows: 500 },
	{
		title: "a user's totals",
		query: (sql, run) => userProductivity(sql, { userId: 1 + run }),
		index: /organizations|users/,
		rows: 200,
	},
];

function hoursFromNow(hours: number): string {
	return new Date(Date.now() + hours * 3_600_000).toISOString();
}

function createdOn(run: number) {
	const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
	return { createdAfter: day(run + 3), createdBefore: day(run + 2) };
}

// A statement that is prepared gets one plan for all values from its sixth execution on.
const RUNS = 7;

describe.each(['a login of lma_app', 'a tenant login'])('the plans for %s', (kind) => {
	let database: TestDatabase;
	let session: ExplainedSession;
	beforeAll(async () => {
		database = await createTestDatabase();
		await fillDataset(database.ownerUrl);
		let url = database.appUrl;
		if (kind === 'a tenant login') {
			const owner = connect(database.ownerUrl, { max: 1 });
			const { user, password } = await createTenantLogin(owner, 'large');
			await owner.end();
			const login = new URL(url);
			login.username = user;
			login.password = password;
			url = login.toString();
		}
		await letExplain(database.ownerUrl, new URL(url).username);
		session = new ExplainedSession(url);
	}, 120_000);
	afterAll(async () => {
		await session.sql.end();
		await database.drop();
	});

	it.each(cases)('of $title are by $index, whatever the values', async ({ query, index, rows }) => {
		for (let run = 1; run <= RUNS; run++) {
			const executed = await session.explain(() =>
				inOrganization(session.sql, 'large', (sql) => query(sql, run)),
			);
			expect([...executed.indexes].join(' ')).toMatch(index);
			expect(executed.scanned).toEqual(new Set());
			expect(executed.rows).toBeLessThanOrEqual(rows);
		}
	});
});
