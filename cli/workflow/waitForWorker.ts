import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';

import type { Pool } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import {
	findWorkflowsInSync,
	listSyncStatus,
	type SyncStatus,
	type WorkflowInSync,
} from '../../db/workflow/requestSync';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { wholeNumber } from '../terminal/wholeNumber';

const PAUSE_MS = 300;
const DEFAULT_TIMEOUT_SECONDS = 120;

/** Options of commands that leave the work to the worker. */
export interface WaitOptions {
	wait?: boolean;
	timeout: number;
}

/** Adds the options that say whether, and how long, a command waits for the worker. */
export function addWaitOptions(command: Command): Command {
	return command
		.option('--wait', 'wait until the worker has done it, show how it goes, and end with what came of it')
		.addOption(
			new Option('--timeout <seconds>', 'how long --wait waits')
				.argParser(wholeNumber('seconds', 1, 86_400))
				.default(DEFAULT_TIMEOUT_SECONDS),
		);
}

/**
 * Waits until the worker has looked at a workflow after what was asked of it, and says on the way how it stands. Null when the
 * row is gone.
 * @throws CommandFailedError when that does not happen in time, or cannot
 */
export function waitForWorkflow(
	sql: Pool,
	terminal: Terminal,
	{ org, workflowId, timeoutSeconds }: { org: string; workflowId: number; timeoutSeconds: number },
): Promise<WorkflowInSync | null> {
	let told = '';
	return poll(timeoutSeconds, async () => {
		const { row, instance } = await inOrganization(sql, org, async (tx) => {
			const [found] = await findWorkflowsInSync(tx, [workflowId]);
			const status = await listSyncStatus(tx);
			return {
				row: found?.row ?? null,
				instance: status.find(({ integrationId }) => integrationId === found?.row?.integrationId),
			};
		});
		if (row === null) return { outcome: null };
		const line = `${row.state}${row.problem === null ? '' : `: ${row.problem}`}`;
		if (line !== told) terminal.note(line);
		told = line;
		assertLookedAfter(instance);
		return row.isSyncRequested ? undefined : { outcome: row };
	});
}

/**
 * Waits until the worker has looked at all of the organization's n8n instances that it can, and says on the way which wait.
 * @throws CommandFailedError when that does not happen in time
 */
export function waitForInstances(
	sql: Pool,
	terminal: Terminal,
	{ org, timeoutSeconds }: { org: string; timeoutSeconds: number },
): Promise<SyncStatus[]> {
	let told = '';
	return poll(timeoutSeconds, async () => {
		const status = await inOrganization(sql, org, (tx) => listSyncStatus(tx));
		const waiting = status.filter((one) => one.isSyncRequested && one.integrationStatus === 'active');
		if (waiting.length === 0) return { outcome: status };
		const line = `Waiting for ${waiting.map(({ integrationName }) => `"${integrationName}"`).join(', ')}`;
		if (line !== told) terminal.note(line);
		told = line;
		return undefined;
	});
}

async function poll<T>(timeoutSeconds: number, look: () => Promise<{ outcome: T } | undefined>): Promise<T> {
	const deadline = performance.now() + timeoutSeconds * 1_000;
	for (;;) {
		const found = await look();
		if (found) return found.outcome;
		if (performance.now() >= deadline) {
			throw new CommandFailedError(
				`The worker has not looked at n8n within ${timeoutSeconds} seconds. What was asked for stays, and it will be done once a worker runs: start one with "lma worker".`,
			);
		}
		await sleep(PAUSE_MS);
	}
}

/** A connection that the worker leaves alone, or none at all, would be waited for in vain. */
function assertLookedAfter(instance: SyncStatus | undefined): void {
	if (!instance) {
		throw new CommandFailedError(
			'No n8n instance is connected for it. What was asked for stays. Connect one with "lma org connect n8n".',
		);
	}
	const { integrationName, integrationStatus, lastError } = instance;
	if (integrationStatus === 'active') return;
	throw new CommandFailedError(
		`The n8n connection "${integrationName}" is ${integrationStatus}: ${lastError ?? 'it was switched off'}. What was asked for stays. "lma org connection enable" has it used again.`,
	);
}
