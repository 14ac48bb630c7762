import { executionAnswer, type N8nExecution } from './answer';
import { listRows } from './pages';
import type { N8nRequestOptions } from './request';

/** The runs of workflows that an n8n has kept. */
export interface ExecutionCalls {
	/** Newest first. Without a filter, all of them. @throws N8nError */
	list(filter?: { workflowId?: string; status?: string }): Promise<N8nExecution[]>;
}

export function executionCalls(options: N8nRequestOptions): ExecutionCalls {
	return {
		list: (filter = {}) =>
			listRows(options, {
				path: '/api/v1/executions',
				filter: { ...filter },
				what: 'the list of executions',
				scope: 'execution:list',
				row: executionAnswer,
			}),
	};
}
