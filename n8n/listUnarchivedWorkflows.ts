import type { N8nWorkflow } from '../domain/workflow/n8nWorkflow';
import type { N8nClient } from './client';

/** Every workflow of the client that is not archived. @throws N8nError */
export async function listUnarchivedWorkflows({ workflows }: N8nClient): Promise<N8nWorkflow[]> {
	const rows: N8nWorkflow[] = [];
	for await (const page of workflows.pages()) rows.push(...page.data);
	return rows.filter(({ isArchived }) => !isArchived);
}
