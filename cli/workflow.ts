import type { Command } from 'commander';

import { inOrganization } from '../db/connection/tenancy';
import { withApplication } from './database';
import { formatTable } from './terminal/table';
import type { Terminal } from './terminal/terminal';

interface WorkflowRow {
	n8nWorkflowId: string;
	name: string;
	triggerType: string | null;
	isActive: boolean;
	isMissing: boolean;
	lastSeenAt: string | null;
}

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
			const rows = await withApplication(terminal, (sql) =>
				inOrganization(
					sql,
					org,
					(tx) => tx<WorkflowRow[]>`
						select w.n8n_workflow_id, w.name, w.trigger_type, w.is_active,
							s.missing_since is not null as is_missing, s.last_seen_at
						from workflows w
						left join workflow_sync_states s on s.workflow_id = w.id
						order by w.name, w.id`,
				),
			);
			if (json) {
				terminal.print(JSON.stringify(rows));
				return;
			}
			terminal.print(
				formatTable(
					['n8n id', 'name', 'trigger', 'state', 'last seen'],
					rows.map((row) => [row.n8nWorkflowId, row.name, row.triggerType, stateOf(row), row.lastSeenAt]),
				),
			);
		});
}

function stateOf({ isActive, isMissing }: WorkflowRow): string {
	if (isMissing) return 'gone';
	return isActive ? 'active' : 'inactive';
}
