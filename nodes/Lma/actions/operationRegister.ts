import { LmaError } from '../../../domain/error/errors';
import * as campaign from './campaign/Campaign.resource';
import * as communication from './communication/Communication.resource';
import * as lead from './lead/Lead.resource';
import * as note from './note/Note.resource';
import type { Operation } from './operation';
import * as report from './report/Report.resource';
import * as user from './user/User.resource';
import * as workflow from './workflow/Workflow.resource';

const register: Record<string, Record<string, Operation<unknown>>> = {
	campaign: campaign.operations,
	communication: communication.operations,
	lead: lead.operations,
	note: note.operations,
	report: report.operations,
	user: user.operations,
	workflow: workflow.operations,
};

/** The parameters of all resources. */
export const description = [
	...campaign.description,
	...communication.description,
	...lead.description,
	...note.description,
	...report.description,
	...user.description,
	...workflow.description,
];

/** Every operation with its resource and its own value, in the order of the register. */
export function listOperations(): { resource: string; name: string; operation: Operation<unknown> }[] {
	return Object.entries(register).flatMap(([resource, operations]) =>
		Object.entries(operations).map(([name, operation]) => ({ resource, name, operation })),
	);
}

/**
 * Finds an operation by its resource and its own value.
 *
 * @throws LmaError when the node has none such
 */
export function getOperation(resource: string, operation: string): Operation<unknown> {
	const resources = Object.hasOwn(register, resource) ? register[resource] : undefined;
	const found = resources && Object.hasOwn(resources, operation) ? resources[operation] : undefined;
	if (!found) {
		throw new LmaError(
			'UNKNOWN_OPERATION',
			`The resource "${resource}" has no operation "${operation}"`,
			'Choose resource and operation from the lists of the node.',
		);
	}
	return found;
}
