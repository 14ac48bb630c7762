import { type Command, InvalidArgumentError } from 'commander';

import { getWorkflow } from '../../db/workflow/getWorkflow';
import { setWorkflowsActive } from '../../db/workflow/setActive';
import type { Terminal } from '../terminal/terminal';
import { type ChangeOptions, changeWorkflow } from './change';
import { addWaitOptions } from './waitForWorker';

/** `lma workflow set-active` */
export function registerWorkflowSetActive(workflow: Command, terminal: Terminal): void {
	addWaitOptions(
		workflow
			.command('set-active')
			.description('Say whether a workflow should be published in n8n. Undoes what was done there by hand.')
			.argument('<workflow>', 'the workflow: id or name')
			.argument('<switch>', 'on: published, off: not', toSwitch)
			.requiredOption('--org <slug>', 'the organization')
			.option('--json', 'print what was done as JSON'),
	).action(async (meant: string, isActive: boolean, options: ChangeOptions) => {
		const wanted = isActive ? 'published' : 'unpublished';
		await changeWorkflow(
			terminal,
			options,
			async (tx) => {
				const before = await getWorkflow(tx, meant);
				const [result] = await setWorkflowsActive(tx, [{ workflowId: before.id, isActive }]);
				if (!result?.row) throw result?.error ?? new Error('Setting gave no row');
				const action = before.desiredActive === isActive ? 'unchanged' : 'updated';
				const sentence = `Workflow ${before.id} "${before.name}" should be ${wanted}.`;
				return { workflow: result.row, action, sentence };
			},
			(left) => {
				if (left?.isActive === isActive && left.state !== 'failed') return undefined;
				return `It is not ${wanted} as asked.${left?.problem ? ` ${left.problem}` : ''}`;
			},
		);
	});
}

/** Also `yes`, `true`, `1` and their opposites, in any letter case. */
function toSwitch(text: string): boolean {
	if (/^(on|yes|true|1)$/i.test(text)) return true;
	if (/^(off|no|false|0)$/i.test(text)) return false;
	throw new InvalidArgumentError('It must be on or off.');
}
