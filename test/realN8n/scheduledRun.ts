import type { N8nCredential, N8nExecution } from '../../n8n/answer';
import { addWorkflow } from '../../cli/n8n/provision';
import type { ExportedWorkflow } from '../../cli/n8n/exportedWorkflow';
import type { N8nClient } from '../../n8n/client';
import { hurried } from './templates';
import { until } from '../setup/until';

/** Publishes a template that runs by the clock, waits until it has run, and takes it out of service again. */
export async function runScheduled(
	api: N8nClient,
	template: ExportedWorkflow,
	...credentials: N8nCredential[]
): Promise<N8nExecution[]> {
	const { id } = await addWorkflow(api, hurried(template, 5), ...credentials);
	try {
		return await until('it has run', async () => {
			const runs = await api.executions.list({ workflowId: id });
			return runs.some(({ finished, stoppedAt }) => finished || stoppedAt !== null) && runs;
		});
	} finally {
		await api.workflows.setPublished(id, false);
	}
}
