import type { Workflow } from '../../../../domain/workflow/workflow';
import { pick } from '../simplify';

/** What most people want of a workflow: which it is, how it stands, and why. */
export function simplify(workflow: Workflow) {
	return pick(workflow, [
		'id',
		'n8nWorkflowId',
		'name',
		'category',
		'triggerType',
		'state',
		'problem',
		'desiredActive',
		'isActive',
		'updatedAt',
	]);
}
