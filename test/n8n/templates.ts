import { join } from 'node:path';
import { readWorkflowTemplate, type WorkflowTemplate } from '../../cli/n8n/workflow-template';

/** A template as the package ships it. */
export function template(name: string): WorkflowTemplate {
	return readWorkflowTemplate(join(__dirname, '..', '..', 'templates', `${name}.json`));
}

/** As people do after the import: the follow-up at once instead of after an hour. */
export function impatient(intake: WorkflowTemplate): WorkflowTemplate {
	const text = JSON.stringify(intake).replace('"type":"number","value":60', '"type":"number","value":0');
	return JSON.parse(text) as WorkflowTemplate;
}

/** Every two seconds instead of weekdays at nine. */
export function hurried(outreach: WorkflowTemplate): WorkflowTemplate {
	const interval = [{ field: 'seconds', secondsInterval: 2 }];
	const nodes = outreach.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule: { interval } } } : node,
	);
	return { ...outreach, nodes };
}
