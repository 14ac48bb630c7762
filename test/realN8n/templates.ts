import { join } from 'node:path';

import { readWorkflowTemplate, type ExportedWorkflow } from '../../cli/n8n/exportedWorkflow';

/** A template as the package ships it. */
export function template(name: string): ExportedWorkflow {
	return readWorkflowTemplate(join(__dirname, '..', '..', 'templates', `${name}.json`));
}

/** As people do who want it to send: `sending` is on in the node _Settings_. */
export function switchedOn(shipped: ExportedWorkflow): ExportedWorkflow {
	const off = '"name":"sending","type":"boolean","value":false';
	const text = JSON.stringify(shipped);
	if (!text.includes(off)) throw new Error(`The template ${shipped.name} has no switch that is off`);
	return JSON.parse(text.replace(off, off.replace('false', 'true'))) as ExportedWorkflow;
}

/** As people do after the import: the follow-up at once instead of after an hour. */
export function impatient(intake: ExportedWorkflow): ExportedWorkflow {
	const text = JSON.stringify(intake).replace('"type":"number","value":60', '"type":"number","value":0');
	return JSON.parse(text) as ExportedWorkflow;
}

/** Every few seconds instead of when the template says. */
export function hurried(scheduled: ExportedWorkflow, secondsInterval = 2): ExportedWorkflow {
	const interval = [{ field: 'seconds', secondsInterval }];
	const nodes = scheduled.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule: { interval } } } : node,
	);
	return { ...scheduled, nodes };
}

/** As people do after the import: providers in place of the four nodes that send nothing. */
export function withProviders(channel: ExportedWorkflow): ExportedWorkflow {
	const nodes = channel.nodes.map((node) =>
		node.type === 'n8n-nodes-base.set'
			? { ...node, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} }
			: node,
	);
	return { ...channel, nodes };
}
