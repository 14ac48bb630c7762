import type { Pool, Sql } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import { requestSyncOf } from '../../db/workflow/requestSync';
import type { Workflow } from '../../domain/workflow/workflow';
import { withApplication } from '../database';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { workflowRow } from './row';
import { type WaitOptions, waitForWorkflow } from './waitForWorker';

export interface ChangeOptions extends WaitOptions {
	org: string;
	json?: boolean;
}

/** What a command has done, before the worker has. */
export interface Change {
	workflow: Workflow;
	/** `created`, `updated`, …; part of what is printed. */
	action: string;
	/** In a sentence. */
	sentence: string;
	/** Nothing is left for the worker to do. */
	isDone?: boolean;
}

/**
 * Runs `work` in one transaction of the organization, prints what it did, and with `--wait` what came of it.
 * @param complaint why what the worker left is not what was asked for; null for a row that is gone. Undefined when all is well
 * @throws CommandFailedError with that complaint, after it was printed what there is
 */
export async function changeWorkflow(
	terminal: Terminal,
	options: ChangeOptions,
	work: (tx: Sql) => Promise<Change>,
	complaint: (workflow: Workflow | null) => string | undefined,
): Promise<void> {
	await withApplication(terminal, async (sql) => {
		const change = await inOrganization(sql, options.org, work);
		if (!options.wait || change.isDone) {
			show(terminal, options, change, change.workflow);
			return;
		}
		if (!options.json) terminal.note(change.sentence);
		const left = await outcomeOf(sql, terminal, options, change.workflow.id);
		show(terminal, options, change, left);
		const problem = complaint(left);
		if (problem !== undefined) throw new CommandFailedError(problem);
	});
}

async function outcomeOf(
	sql: Pool,
	terminal: Terminal,
	{ org, timeout }: ChangeOptions,
	workflowId: number,
): Promise<Workflow | null> {
	// Also where nothing was to be changed: then what there is must be what n8n has now.
	await inOrganization(sql, org, (tx) => requestSyncOf(tx, [workflowId]));
	return waitForWorkflow(sql, terminal, { org, workflowId, timeoutSeconds: timeout });
}

function show(
	terminal: Terminal,
	{ json, wait }: ChangeOptions,
	{ action, sentence, workflow, isDone = false }: Change,
	left: Workflow | null,
): void {
	if (json) {
		const row = left ? workflowRow(left) : { id: workflow.id, name: workflow.name, state: null };
		terminal.print(JSON.stringify({ action, ...row }));
		return;
	}
	if (!wait || isDone) {
		terminal.print(sentence);
		if (!isDone)
			terminal.note(
				'The worker brings it about. --wait waits for that; "lma workflow list" shows what came of it.',
			);
		return;
	}
	terminal.print(left ? inWords(left) : `Workflow ${workflow.id} "${workflow.name}" is gone from n8n.`);
}

function inWords(workflow: Workflow): string {
	const { id, name, state, observed, problem } = workflowRow(workflow);
	const where = observed === null ? 'not in n8n' : `${observed} in n8n`;
	return `Workflow ${id} "${name}" is ${state}, ${where}.${problem === null ? '' : ` ${problem}`}`;
}
