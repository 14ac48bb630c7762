import type { Command } from 'commander';

import { inOrganization } from '../../db/connection/tenancy';
import { listWorkflows } from '../../db/workflow/list';
import { withApplication } from '../database';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { workflowRow } from './row';

/** `lma workflow list`: what is wanted of each workflow, what n8n last had, and why the two differ. */
export function registerWorkflowList(workflow: Command, terminal: Terminal): void {
	workflow
		.command('list')
		.description('List the workflows of an organization: wanted, observed, and what is wrong.')
		.requiredOption('--org <slug>', 'the organization')
		.option('--json', 'print them as JSON')
		.action(async ({ org, json }: { org: string; json?: boolean }) => {
			const workflows = await withApplication(terminal, (sql) =>
				inOrganization(sql, org, (tx) => listWorkflows(tx, { limit: null })),
			);
			const rows = workflows.map(workflowRow);
			if (json) {
				terminal.print(JSON.stringify(rows));
				return;
			}
			terminal.print(
				formatTable(
					['id', 'n8n id', 'name', 'trigger', 'state', 'wanted', 'in n8n', 'last seen', 'problem'],
					rows.map((row) => [
						row.id,
						row.n8nWorkflowId,
						row.name,
						row.triggerType,
						row.state,
						row.wanted,
						row.hasNewerDraft ? `${row.observed}, newer draft` : row.observed,
						row.lastSeenAt,
						row.problem,
					]),
				),
			);
		});
}
