import { Option, type Command } from 'commander';

import { getWorkflow } from '../../db/workflow/getWorkflow';
import { type UnregisteredWorkflow, unregisterWorkflows } from '../../db/workflow/unregister';
import type { Unregistration } from '../../domain/workflow/removal';
import type { Terminal } from '../terminal/terminal';
import { type ChangeOptions, changeWorkflow } from './change';
import { addWaitOptions } from './waitForWorker';

interface UnregisterOptions extends ChangeOptions {
	keep?: boolean;
	archive?: boolean;
	delete?: boolean;
}

/** `lma workflow unregister` */
export function registerWorkflowUnregister(workflow: Command, terminal: Terminal): void {
	addWaitOptions(
		workflow
			.command('unregister')
			.description('Look after a workflow no longer. By itself, it stays in n8n as it is.')
			.argument('<workflow>', 'the workflow: id or name')
			.requiredOption('--org <slug>', 'the organization')
			.option('--keep', 'leave it in n8n as it is, published or not (default)')
			.addOption(new Option('--archive', 'archive it in n8n').conflicts('keep'))
			.addOption(
				new Option('--delete', 'delete it in n8n with its executions, for good').conflicts([
					'keep',
					'archive',
				]),
			)
			.option('--json', 'print what was done as JSON'),
	).action(async (meant: string, options: UnregisterOptions) => {
		const inN8n = options.delete ? 'delete' : options.archive ? 'archive' : 'keep';
		await changeWorkflow(
			terminal,
			options,
			async (tx) => {
				const { id } = await getWorkflow(tx, meant);
				const [result] = await unregisterWorkflows(tx, [{ workflowId: id, inN8n }]);
				if (!result?.row) throw result?.error ?? new Error('Unregistering gave no row');
				const { action, ...row } = result.row;
				return {
					workflow: row,
					action,
					sentence: `Workflow ${id} "${row.name}" ${OUTCOMES[action](inN8n)}.`,
					isDone: action !== 'requested',
				};
			},
			(left) => {
				if (!left || left.state === 'followed') return undefined;
				return `n8n has not ${inN8n}d it.${left.problem === null ? '' : ` ${left.problem}`}`;
			},
		);
	});
}

const OUTCOMES: Record<UnregisteredWorkflow['action'], (inN8n: Unregistration['inN8n']) => string> = {
	released: () => 'is registered no longer, and stays in n8n as it is',
	removed: () => 'is registered no longer, and n8n does not have it',
	requested: (inN8n) => `will be ${inN8n}d in n8n, and is registered no longer then`,
	unchanged: () => 'was not registered',
};
