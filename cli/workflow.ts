import type { Command } from 'commander';

import { inOrganization } from '../db/connection/tenancy';
import { listWorkflows } from '../db/workflow/list';
import type { Workflow } from '../domain/workflow/workflow';
import { withApplication } from './database';
import { formatTable } from './terminal/table';
import type { Terminal } from './terminal/terminal';

/** `lma workflow list`: what the worker knows of the workflows in n8n. */
export function registerWorkflow(program: Command, terminal: Terminal): void {
	program
		.command('workflow')
		.description('Show the workflows that are kept in step with n8n.')
		.command('list')
		.description('List the workflows of an organization.')
		.requiredOption('--org <slug>', 'the organization')
		.option('--json', 'print them as JSON')
		.action(async ({ org, json }: { org: string; json?: boolean }) => {
			const workflows = await withApplication(terminal, (sql) =>
				inOrganization(sql, org, (tx) => listWorkflows(tx, { limit: null })),
			);
			const rows = workflows.map(toRow);
			if (json) {
				terminal.print(JSON.stringify(rows));
				return;
			}
			terminal.print(
				formatTable(
					['n8n id', 'name', 'trigger', 'state', 'in n8n', 'last seen', 'problem'],
					rows.map((row) => [
						row.n8nWorkflowId,
						row.name,
						row.triggerType,
						row.state,
						row.isActive ? 'active' : 'inactive',
						row.lastSeenAt,
						row.problem,
					]),
				),
			);
		});
}

function toRow({ n8nWorkflowId, name, triggerType, state, isActive, observed, problem }: Workflow) {
	const lastSeenAt = observed?.lastSeenAt ?? null;
	return { n8nWorkflowId, name, triggerType, state, isActive, lastSeenAt, problem };
}
