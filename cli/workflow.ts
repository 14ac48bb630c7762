import type { Command } from 'commander';

import type { Terminal } from './terminal/terminal';
import { registerWorkflowList } from './workflow/list';
import { registerWorkflowRegister } from './workflow/register';
import { registerWorkflowRename } from './workflow/rename';
import { registerWorkflowSetActive } from './workflow/setActive';
import { registerWorkflowSync } from './workflow/sync';
import { registerWorkflowUnregister } from './workflow/unregister';

/** `lma workflow`: what the worker keeps in step in n8n. */
export function registerWorkflow(program: Command, terminal: Terminal): void {
	const workflow = program
		.command('workflow')
		.description('Show and change the workflows that are kept in step with n8n.');
	registerWorkflowList(workflow, terminal);
	registerWorkflowRegister(workflow, terminal);
	registerWorkflowSetActive(workflow, terminal);
	registerWorkflowSync(workflow, terminal);
	registerWorkflowRename(workflow, terminal);
	registerWorkflowUnregister(workflow, terminal);
}
