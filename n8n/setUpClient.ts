import { z } from 'zod/v4';

import type { N8nWorkflow } from '../domain/workflow/n8nWorkflow';
import {
	credentialAnswer,
	credentialTestAnswer,
	executionAnswer,
	type N8nCredential,
	type N8nExecution,
	pageAnswer,
	workflowAnswer,
} from './answer';
import { found, type N8nRequest } from './request';

/** What a key needs for everything that `N8nApi` does. */
export const provisioningScopes = [
	...['list', 'read', 'create', 'update', 'activate', 'deactivate'].map((verb) => `workflow:${verb}`),
	...['list', 'read', 'create', 'update'].map((verb) => `credential:${verb}`),
	...['list', 'read'].map((verb) => `execution:${verb}`),
];

/** What the worker's key needs to keep the table `workflows` in step, and n8n with what is wanted there. */
export const workerScopes = [
	'workflow:list',
	'workflow:read',
	'workflow:create',
	'workflow:update',
	'workflow:activate',
	'workflow:deactivate',
];

type Call = Pick<N8nRequest<unknown>, 'method' | 'path' | 'body'>;

/** What n8n takes to make a workflow: everything else that an export carries is refused as read-only. */
export interface WorkflowBody {
	name: string;
	nodes: Record<string, unknown>[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
}

/** n8n's public API with an API key, as far as setting an n8n up needs it. Every call is made once and throws N8nError. */
export class N8nApi {
	constructor(
		readonly url: string,
		private readonly apiKey: string,
	) {}

	/** Makes the credential, or replaces the data of the one with the same name and type. Can be repeated. */
	async saveCredential(credential: {
		name: string;
		type: string;
		data: Record<string, unknown>;
	}): Promise<N8nCredential> {
		const { name, type, data } = credential;
		const existing = (await this.list('/credentials', credentialAnswer)).find(
			(row) => row.name === name && row.type === type,
		);
		if (!existing)
			return this.call({ method: 'POST', path: '/credentials', body: credential }, credentialAnswer);
		const path = `/credentials/${existing.id}`;
		return this.call({ method: 'PATCH', path, body: { data } }, credentialAnswer);
	}

	/** Lets n8n test a credential with the node's own connection test. */
	testCredential(id: string): Promise<z.infer<typeof credentialTestAnswer>> {
		return this.call({ method: 'POST', path: `/credentials/${id}/test` }, credentialTestAnswer);
	}

	/** Every workflow that is not archived. */
	async listWorkflows(): Promise<N8nWorkflow[]> {
		return (await this.list('/workflows', workflowAnswer)).filter((row) => !row.isArchived);
	}

	/** One workflow as n8n has it now. */
	readWorkflow(id: string): Promise<N8nWorkflow> {
		return this.call({ method: 'GET', path: `/workflows/${id}` }, workflowAnswer);
	}

	/** Creates a workflow as a draft. A second call makes a second one. */
	createWorkflow(body: WorkflowBody): Promise<N8nWorkflow> {
		return this.call({ method: 'POST', path: '/workflows', body }, workflowAnswer);
	}

	/** Replaces nodes and connections; a published workflow is published again. */
	updateWorkflow(id: string, body: WorkflowBody): Promise<N8nWorkflow> {
		return this.call({ method: 'PUT', path: `/workflows/${id}`, body }, workflowAnswer);
	}

	/** Publishes the newest version. n8n registers webhooks a moment after it has answered. Can be repeated. */
	async publishWorkflow(id: string): Promise<void> {
		await this.call({ method: 'POST', path: `/workflows/${id}/publish`, body: {} }, z.unknown());
	}

	/** Takes a workflow out of service. Can be repeated. */
	async unpublishWorkflow(id: string): Promise<void> {
		await this.call({ method: 'POST', path: `/workflows/${id}/unpublish` }, z.unknown());
	}

	/** Runs that n8n has kept, newest first. */
	listExecutions(filter: { workflowId?: string; status?: string } = {}): Promise<N8nExecution[]> {
		const query = new URLSearchParams({ ...filter });
		return this.list(`/executions?${query.toString()}`, executionAnswer);
	}

	private async list<T extends z.ZodType>(path: string, row: T): Promise<z.infer<T>[]> {
		const rows: z.infer<T>[] = [];
		const [name = '', query] = path.split('?');
		const parameters = new URLSearchParams(query);
		parameters.set('limit', '250');
		for (;;) {
			const page = await this.call(
				{ method: 'GET', path: `${name}?${parameters.toString()}` },
				pageAnswer(row),
			);
			rows.push(...page.data);
			if (!page.nextCursor) return rows;
			parameters.set('cursor', page.nextCursor);
		}
	}

	private async call<T>(asked: Call, schema: z.ZodType<T>): Promise<T> {
		const path = `/api/v1${asked.path}`;
		const options = { baseUrl: this.url, headers: { 'x-n8n-api-key': this.apiKey }, attempts: 1 };
		return (await found(options, { ...asked, path, schema })).value;
	}
}
