import type { Command } from 'commander';

import { getWorkflow } from '../../db/workflow/getWorkflow';
import { renameWorkflows } from '../../db/workflow/rename';
import { parseInput } from '../../domain/input/parseInput';
import { renamingSchema } from '../../domain/workflow/registration';
import type { Terminal } from '../terminal/terminal';
import { type ChangeOptions, changeWorkflow } from './change';
import { addWaitOptions } from './waitForWorker';

/** `lma workflow rename` */
export function registerWorkflowRename(workflow: Command, terminal: Terminal): void {
	addWaitOptions(
		workflow
			.command('rename')
			.description('Give a registered workflow another name, here and in n8n. Its content stays.')
			.argument('<workflow>', 'the workflow: id or name')
			.argument('<name>', 'its new name, at most 128 characters')
			.requiredOption('--org <slug>', 'the organization')
			.option('--json', 'print what was done as JSON'),
	).action(async (meant: string, newName: string, options: ChangeOptions) => {
		await changeWorkflow(
			terminal,
			options,
			async (tx) => {
				const before = await getWorkflow(tx, meant);
				const renaming = parseInput(renamingSchema, { workflowId: before.id, name: newName });
				const [result] = await renameWorkflows(tx, [renaming]);
				if (!result?.row) throw result?.error ?? new Error('Renaming gave no row');
				const { action, ...row } = result.row;
				const sentence = `Workflow ${row.id} "${before.name}" is registered as "${renaming.name}".`;
				return { workflow: row, action, sentence };
			},
			(left) => {
				if (left?.name === left?.registeredName && left?.state !== 'failed') return undefined;
				return `It has another name in n8n.${left?.problem ? ` ${left.problem}` : ''}`;
			},
		);
	});
}
