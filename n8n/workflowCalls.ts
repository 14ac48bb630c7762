import { z } from 'zod/v4';

import type { N8nWorkflow } from '../domain/workflow/n8nWorkflow';
import { type Page, workflowAnswer } from './answer';
import { N8nError } from './n8nError';
import { pages } from './pages';
import { callOf, found, NO_SUCH_THING, type N8nRequestOptions, request } from './request';

/** What n8n takes to make a workflow: everything else that an export carries is refused as read-only. */
export interface WorkflowBody {
	name: string;
	nodes: Record<string, unknown>[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
}

/** The workflows of an n8n. All calls throw N8nError, and all but `create` can be repeated. */
export interface WorkflowCalls {
	/**
	 * Page after page, the next one being fetched while the caller works on one. Of the tag of the client, unless
	 * `everything` is asked for, of its project in any case; with `name`, those whose name holds it.
	 */
	pages(choice?: { everything?: boolean; name?: string }): AsyncGenerator<Page<N8nWorkflow>>;
	/** Null when n8n answers 404. */
	find(id: string): Promise<N8nWorkflow | null>;
	/** As n8n has it now. Throws when n8n answers 404. */
	get(id: string): Promise<N8nWorkflow>;
	/**
	 * Makes a workflow, as a draft. Asked once, since n8n makes another one each time: only a 429 is repeated.
	 * @throws N8nError; `mayHaveActed` says whether n8n may have made it all the same
	 */
	create(body: WorkflowBody): Promise<N8nWorkflow>;
	/** Replaces nodes and connections. Null when n8n answers 404. What is published is published anew. */
	update(id: string, body: WorkflowBody): Promise<N8nWorkflow | null>;
	/**
	 * Publishes the newest version or unpublishes it; read it back, n8n may say yes and not do it, and it registers webhooks
	 * a moment after it has answered. False when n8n answers 404.
	 */
	setPublished(id: string, isPublished: boolean): Promise<boolean>;
}

const PATH = '/api/v1/workflows';
const READ_SCOPES = 'workflow:list or workflow:read';

/** @param view which workflows are listed: those with this tag, in this project; new ones are made in the project */
export function workflowCalls(
	options: N8nRequestOptions,
	{ tag, projectId }: { tag?: string; projectId?: string } = {},
): WorkflowCalls {
	return {
		pages: ({ everything = false, name } = {}) =>
			pages(options, {
				path: PATH,
				filter: {
					excludePinnedData: 'true',
					...(projectId && { projectId }),
					...(tag && !everything && { tags: tag }),
					...(name && { name }),
				},
				what: 'the list of workflows',
				scope: READ_SCOPES,
				row: workflowAnswer,
			}),
		async find(id) {
			const answer = await request(options, readingOf(id));
			return answer && theOneAskedFor(id, answer.value);
		},
		async get(id) {
			return theOneAskedFor(id, (await found(options, readingOf(id), NO_SUCH_THING)).value);
		},
		async create(body) {
			const made = await found(options, {
				method: 'POST',
				path: PATH,
				body: { ...body, ...(projectId && { projectId }) },
				what: 'making a workflow',
				scope: 'workflow:create',
				schema: workflowAnswer,
				isUnrepeatable: true,
			});
			return made.value;
		},
		async update(id, body) {
			const answer = await request(options, {
				method: 'PUT',
				path: pathOf(id),
				body,
				what: 'changing a workflow',
				scope: 'workflow:update',
				schema: workflowAnswer,
			});
			return answer ? answer.value : null;
		},
		async setPublished(id, isPublished) {
			const [verb, older] = isPublished ? ['publish', 'activate'] : ['unpublish', 'deactivate'];
			const call = (name: string) =>
				request(options, {
					method: 'POST',
					path: `${pathOf(id)}/${name}`,
					body: {},
					what: isPublished ? 'publishing a workflow' : 'unpublishing a workflow',
					scope: `workflow:${older}`,
					// Read back by the caller in any case.
					schema: z.unknown(),
				});
			// n8n before 2.9 knows the older names only.
			return ((await call(verb)) ?? (await call(older))) !== null;
		},
	};
}

function pathOf(id: string): string {
	return `${PATH}/${encodeURIComponent(id)}`;
}

function readingOf(id: string) {
	return { path: pathOf(id), what: 'a workflow', scope: READ_SCOPES, schema: workflowAnswer };
}

function theOneAskedFor(id: string, workflow: N8nWorkflow): N8nWorkflow {
	if (workflow.id === id) return workflow;
	throw new N8nError('rejected', 'n8n answered with another workflow than the one asked for', {
		call: callOf(readingOf(id)),
		status: 200,
	});
}
