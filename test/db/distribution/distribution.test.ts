import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { openTenant, type TestTenant } from '../../setup/tenant';
import { listScans } from './scans';
import { playScenario } from './scenario';
import { observed } from '../../setup/observed';

/**
 * Tables with an organization that stay whole on every node of a cluster: small, or with rows of no organization. All
 * others are distributed by organization_id. docs/citus.md says why.
 */
const WHOLE = [
	'integrations',
	'lma.event_channels',
	'lma.retention_log',
	'lma.tenant_logins',
	'lma.totals_checks',
	'organizations',
	'users',
];

const BY_KEY = 'rows by primary key, which the caller or a scan of one organization names';
const IN_TURN = 'those of every organization in turn, by an index that begins with it';
const FEW = 'all rows there are of an organization, and few; row security says which';

/**
 * What a query's text leaves to row security, and why it may: with one server the policy adds the organization. On a
 * cluster these ask every node, so docs/citus.md lists them as to be changed first.
 */
const LEFT_TO_ROW_SECURITY: Record<string, Record<string, string>> = {
	upsertLeads: { leads: BY_KEY },
	updateLeads: { leads: BY_KEY },
	changeLeadStatus: { leads: BY_KEY },
	deleteLeads: { leads: BY_KEY },
	'assignLeads leastLoaded': { leads: BY_KEY, assignment_rotations: FEW },
	'assignLeads roundRobin': { leads: BY_KEY, assignment_rotations: FEW },
	'assignLeads user': { leads: BY_KEY, assignment_rotations: FEW },
	scoreLeads: { leads: BY_KEY, scoring_rules: FEW },
	replaceScoringRules: { scoring_rules: FEW },
	listScoringRules: { scoring_rules: FEW },
	createNotes: { leads: BY_KEY },
	logCommunications: { leads: BY_KEY },
	scheduleCommunications: { leads: BY_KEY },
	scheduleThroughGate: { leads: BY_KEY },
	cancelCommunications: { communications: BY_KEY },
	millisecondsUntilNextDispatch: { communications: IN_TURN },
	claimDueCommunications: { communications: IN_TURN, communication_attempts: BY_KEY },
	releaseClaims: { communications: BY_KEY, communication_attempts: BY_KEY },
	askSendGate: { communications: BY_KEY },
	holdBack: { communications: BY_KEY, communication_attempts: BY_KEY },
	startSending: {
		communications: BY_KEY,
		communication_attempts: BY_KEY,
		leads: BY_KEY,
		suppressions: "by the message's organization, and its lead or the lead's address",
	},
	finishDispatches: { communications: BY_KEY, communication_attempts: BY_KEY },
	resolveUnknownOutcomes: {
		communications: 'what was begun and not finished, of all organizations, by an index of those few',
		communication_attempts: BY_KEY,
	},
};

describe('queries by organization', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	const statements = new Map<string, Set<string>>();

	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
		let name = '';
		const onStatement = (query: string) => {
			if (!name || /^\s*(begin|commit|rollback)|lma\.use_organization\(|pg_catalog/.test(query)) return;
			statements.set(name, (statements.get(name) ?? new Set()).add(query));
		};
		const app = observed(connect(acme.database.appUrl, { max: 1 }), onStatement);
		const worker = observed(connect(acme.database.workerUrl, { max: 1 }), onStatement);
		await playScenario(app, worker, acme.organization.userIds[0] ?? 0, {
			during: (running) => {
				name = running;
			},
			makeDue: () => owner`update communications set scheduled_at = now() - interval '1 minute'`,
		});
		await Promise.all([app.end(), worker.end()]);
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});

	/** Distributed tables that a statement would read beyond one organization, as this role or as one that sees all. */
	async function unbound(statement: string, role?: string): Promise<string[]> {
		const scans = await owner.begin(async (tx) => {
			if (role) await tx.unsafe(`set local role ${role}`);
			return listScans(tx, statement);
		});
		const tables = scans.filter(({ isBound }) => !isBound).map(({ table }) => table.replace(/^public\./, ''));
		return [...new Set(tables)].filter((table) => !WHOLE.includes(table)).sort();
	}

	it('are examined for every table with an organization', async () => {
		const tables = await owner<{ name: string }[]>`
			select case when c.relnamespace = 'public'::regnamespace then '' else c.relnamespace::regnamespace || '.' end
				|| c.relname as name
			from pg_attribute a
			join pg_class c on c.oid = a.attrelid
			where a.attname = 'organization_id'
				and c.relkind in ('r', 'p')
				and not c.relispartition
				and c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
			order by 1`;
		expect(tables.map(({ name }) => name).filter((name) => !WHOLE.includes(name))).toMatchInlineSnapshot(`
			[
			  "activity_logs",
			  "assignment_rotations",
			  "campaign_leads",
			  "campaigns",
			  "communication_attempts",
			  "communications",
			  "custom_field_definitions",
			  "lead_notes",
			  "leads",
			  "lma.campaign_departures",
			  "lma.communication_total_deltas",
			  "lma.communication_totals",
			  "lma.event_subscriptions",
			  "lma.lead_merges",
			  "lma.lead_total_deltas",
			  "lma.lead_totals",
			  "lma.merged_leads",
			  "lma.note_total_deltas",
			  "lma.note_totals",
			  "pipeline_labels",
			  "scoring_rules",
			  "suppressions",
			  "workflow_sync_states",
			  "workflows",
			]
		`);
		expect(statements.size).toBeGreaterThan(25);
	});

	it('reach the rows of one organization only, whatever they name, when a node runs them', async () => {
		for (const [name, texts] of statements) {
			if (/Claims|Dispatch|Due|askSendGate|holdBack|Sending|Outcomes/.test(name)) continue;
			for (const text of texts) expect(await unbound(text, 'lma_app'), name).toEqual([]);
		}
	});

	it('name the organization themselves, but for those listed here with a reason', async () => {
		const found: Record<string, string[]> = {};
		for (const [name, texts] of statements) {
			const tables = await Promise.all([...texts].map((text) => unbound(text)));
			if (tables.flat().length > 0) found[name] = [...new Set(tables.flat())].sort();
		}
		const allowed = Object.entries(LEFT_TO_ROW_SECURITY).map(([name, reasons]) => [
			name,
			Object.keys(reasons).sort(),
		]);
		expect(found).toEqual(Object.fromEntries(allowed));
	});

	it('are found out when they name none, or only that of another table', async () => {
		const cases: [string, string[]][] = [
			['select from leads', ['leads']],
			['select from leads where organization_id = $1::int', []],
			['select from leads where organization_id <> $1::int', ['leads']],
			[
				'select from leads l join communications c on c.lead_id = l.id where l.organization_id = $1::int',
				['communications'],
			],
			[
				'select from leads l join communications c using (organization_id) where c.organization_id = $1::int',
				[],
			],
			['select from leads l join communications c using (organization_id)', ['communications', 'leads']],
			['delete from activity_logs where lead_id = $1::int', ['activity_logs']],
			['select from activity_logs where organization_id = any($1::int[])', []],
			[
				'select (select count(*) from lead_notes n where n.lead_id = l.id) from leads l where organization_id = 1',
				['lead_notes'],
			],
		];
		for (const [text, tables] of cases) expect(await unbound(text), text).toEqual(tables);
	});
});
