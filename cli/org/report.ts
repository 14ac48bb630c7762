import type { Command } from 'commander';

import type { Sql } from '../../db/connection/client';
import { getPipeline } from '../../db/pipeline/pipeline';
import type { Answer } from '../../db/report/replica/reports';
import { leadSummary, organizationMetrics, userProductivity } from '../../db/report/report';
import type { PipelineEntry } from '../../domain/pipeline/pipeline';
import { withReports } from '../database';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';

const TOP_LEADS = 10;
const MOST_USERS = 1_000;

type Report = Awaited<ReturnType<typeof readReport>>;

/** `lma org report` */
export function registerReport(org: Command, terminal: Terminal): void {
	org
		.command('report')
		.description('Show how an organization is doing: its totals, its users, its best leads.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print the report as JSON')
		.addHelpText(
			'after',
			'\nReads from DATABASE_REPLICA_URL when that is set and at most LMA_REPLICA_MAX_LAG seconds (default 5)\n' +
				'behind. Without a user in that URL, the login of the primary is used.',
		)
		.action(async (slug: string, { json }: { json?: boolean }) => {
			const answer = await withReports(terminal, (reports) => reports.inOrganization(slug, readReport));
			const { statuses, ...result } = answer.result;
			if (json) terminal.print(JSON.stringify({ ...result, ...provenance(answer) }));
			else show(terminal, answer, statuses);
		});
}

async function readReport(tx: Sql) {
	const [metrics] = await organizationMetrics(tx);
	const users = [...(await userProductivity(tx, { limit: MOST_USERS }))];
	const topLeads = [...(await leadSummary(tx, { limit: TOP_LEADS }))];
	const { status: statuses } = await getPipeline(tx);
	return { metrics, users, topLeads, statuses };
}

function provenance({ answeredBy, reason }: Answer<unknown>) {
	return { answeredBy, ...(reason && { reason }) };
}

function show(terminal: Terminal, answer: Answer<Report>, statuses: readonly PipelineEntry[]): void {
	const { metrics, users, topLeads } = answer.result;
	if (metrics) terminal.print(formatTable([metrics.name, ''], totals(metrics)));
	terminal.print('');
	terminal.print(
		formatTable(
			['user', 'role', 'leads', 'won', 'average score', 'communications', 'notes'],
			users.map((user) => [
				`${user.firstName} ${user.lastName}`.trim(),
				user.role,
				user.assignedLeads,
				user.wonLeads,
				rounded(user.avgLeadScore),
				user.totalCommunications,
				user.totalNotes,
			]),
		),
	);
	terminal.print('');
	terminal.print(
		formatTable(
			['lead', 'score', 'status', 'owner', 'communications', 'last communication'],
			topLeads.map((lead) => [
				lead.email,
				lead.score,
				statuses.find(({ value }) => value === lead.status)?.label ?? lead.status,
				[lead.assignedFirstName, lead.assignedLastName].filter(Boolean).join(' '),
				lead.communicationCount,
				lead.lastCommunicationDate,
			]),
		),
	);
	terminal.note(
		`Answered by the ${answer.answeredBy}${answer.reason ? ` (replica: ${answer.reason})` : ''}.`,
	);
}

function totals(metrics: NonNullable<Report['metrics']>): [string, number | null][] {
	return [
		['leads', metrics.totalLeads],
		['qualified', metrics.qualifiedLeads],
		['won', metrics.wonLeads],
		['average score', rounded(metrics.avgLeadScore)],
		['users', metrics.totalUsers],
		['communications', metrics.totalCommunications],
		['workflows', metrics.totalWorkflows],
	];
}

function rounded(value: number | null): number | null {
	return value === null ? null : Math.round(value * 10) / 10;
}
