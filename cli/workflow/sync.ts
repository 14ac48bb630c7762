import type { Command } from 'commander';

import { inOrganization } from '../../db/connection/tenancy';
import { requestSyncOfAll, type SyncStatus } from '../../db/workflow/requestSync';
import { withApplication } from '../database';
import { CommandFailedError } from '../terminal/failure';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { addWaitOptions, waitForInstances, type WaitOptions } from './waitForWorker';

interface SyncOptions extends WaitOptions {
	org: string;
	json?: boolean;
}

/** `lma workflow sync` */
export function registerWorkflowSync(workflow: Command, terminal: Terminal): void {
	addWaitOptions(
		workflow
			.command('sync')
			.description("Have the worker compare with the organization's n8n now, and update it.")
			.requiredOption('--org <slug>', 'the organization')
			.option('--json', 'print how each n8n stands as JSON'),
	).action(async ({ org, json, wait, timeout }: SyncOptions) => {
		const status = await withApplication(terminal, async (sql) => {
			const asked = await inOrganization(sql, org, (tx) => requestSyncOfAll(tx));
			return wait ? await waitForInstances(sql, terminal, { org, timeoutSeconds: timeout }) : asked;
		});
		terminal.print(json ? JSON.stringify(status) : asTable(status));
		const complaint = complaintOf(status, wait === true);
		if (complaint) throw new CommandFailedError(complaint);
	});
}

function asTable(status: readonly SyncStatus[]): string {
	return formatTable(
		['n8n', 'status', 'last read', 'workflows', 'pending', 'changing', 'failed', 'problem'],
		status.map((one) => [
			one.integrationName,
			one.integrationStatus,
			one.lastSyncAt,
			one.workflows,
			one.pending,
			one.changing,
			one.failed,
			one.lastError,
		]),
	);
}

/** Without waiting, nothing is known yet but that nobody will look. */
function complaintOf(status: readonly SyncStatus[], isDone: boolean): string | undefined {
	if (status.length === 0) return 'No n8n instance is connected. Connect one with "lma org connect n8n".';
	const idle = status.filter(({ integrationStatus }) => integrationStatus !== 'active');
	if (idle.length > 0) {
		const names = idle.map((one) => `"${one.integrationName}" is ${one.integrationStatus}`).join(', ');
		return `The n8n connection ${names}. The worker leaves it alone until "lma org connection enable".`;
	}
	if (!isDone) return undefined;
	const unread = status.find(({ lastError }) => lastError !== null);
	if (unread) return `The n8n "${unread.integrationName}" could not be read: ${unread.lastError}`;
	const failed = status.reduce((sum, one) => sum + one.failed, 0);
	return failed > 0 ? `Workflows that failed: ${failed}. "lma workflow list" says why.` : undefined;
}
