import { z } from 'zod/v4';

import type { WorkflowDraft } from '../domain/workflow/draft';
import type { N8nWorkflow } from '../domain/workflow/n8nWorkflow';
import { pageAnswer, workflowAnswer, type WorkflowPage } from './answer';
import { N8nError } from './n8nError';
import { type N8nRequest, type N8nRequestOptions, request } from './request';

/** The most that n8n gives; more is silently clamped. */
export const PAGE_SIZE = 250;

/** How the workflows of an n8n are reached. */
export interface N8nClientOptions extends Omit<N8nRequestOptions, 'headers'> {
	apiKey: string;
	/** Only workflows with this tag. */
	tag?: string;
}

export interface N8nClient {
	/**
	 * Page after page, the next one being fetched while the caller works on one. Of the tag in the options, unless
	 * `everything` is asked for; with `name`, those whose name holds it.
	 */
	pages(choice?: { everything?: boolean; name?: string }): AsyncGenerator<WorkflowPage>;
	/** Null when n8n answers 404. */
	workflow(id: string): Promise<N8nWorkflow | null>;
	/**
	 * Makes a workflow, as a draft. Asked once, since n8n makes another one each time: only a 429 is repeated.
	 * @throws N8nError; `mayHaveActed` says whether n8n may have made it all the same
	 */
	create(draft: WorkflowDraft): Promise<N8nWorkflow>;
	/** Replaces nodes and connections. Null when n8n answers 404. What is published is published anew. */
	update(id: string, draft: WorkflowDraft): Promise<N8nWorkflow | null>;
	/** Publishes or unpublishes it; read it back, n8n may say yes and not do it. False when n8n answers 404. */
	setPublished(id: string, isPublished: boolean): Promise<boolean>;
}

/**
 * Reads and writes workflows over n8n's public API. Repeats after 429, 5xx, broken connections and half answers, no sooner
 * than `Retry-After` says.
 * @throws N8nError (from the calls) when the instance refuses, or still fails after the last try.
 */
export function createN8nClient(options: N8nClientOptions): N8nClient {
	const list = (choice: { everything?: boolean; name?: string }, cursor: string | undefined) => {
		const query = new URLSearchParams({ limit: String(PAGE_SIZE), excludePinnedData: 'true' });
		if (options.tag && !choice.everything) query.set('tags', options.tag);
		if (choice.name) query.set('name', choice.name);
		if (cursor) query.set('cursor', cursor);
		return ask(options, {
			path: `?${query.toString()}`,
			what: 'the list of workflows',
			scope: READ_SCOPES,
			schema: pageAnswer(workflowAnswer),
		});
	};
	return {
		async *pages(choice = {}) {
			let next: Promise<WorkflowPage | null> | undefined = list(choice, undefined);
			while (next) {
				const page: WorkflowPage | null = await next;
				if (!page)
					throw new N8nError('rejected', 'n8n answered 404 to the list of workflows: is the URL right?', 404);
				next = page.nextCursor ? list(choice, page.nextCursor) : undefined;
				// Whoever stops early must not be ended by a request nobody waits for.
				next?.catch(() => undefined);
				yield page;
			}
		},
		async workflow(id) {
			const found = await ask(options, {
				path: `/${encodeURIComponent(id)}`,
				what: 'a workflow',
				scope: READ_SCOPES,
				schema: workflowAnswer,
			});
			if (!found || found.id === id) return found;
			throw new N8nError('rejected', 'n8n answered with another workflow than the one asked for', 200);
		},
		async create(draft) {
			const made = await ask(options, {
				method: 'POST',
				path: '',
				body: draft,
				what: 'making a workflow',
				scope: 'workflow:create',
				schema: workflowAnswer,
				isUnrepeatable: true,
			});
			if (made) return made;
			throw new N8nError('rejected', 'n8n answered 404 to making a workflow: is the URL right?', 404);
		},
		update: (id, draft) =>
			ask(options, {
				method: 'PUT',
				path: `/${encodeURIComponent(id)}`,
				body: draft,
				what: 'changing a workflow',
				scope: 'workflow:update',
				schema: workflowAnswer,
			}),
		async setPublished(id, isPublished) {
			const [verb, older] = isPublished ? ['publish', 'activate'] : ['unpublish', 'deactivate'];
			const call = (name: string) =>
				ask(options, {
					method: 'POST',
					path: `/${encodeURIComponent(id)}/${name}`,
					body: {},
					what: isPublished ? 'publishing a workflow' : 'unpublishing a workflow',
					scope: `workflow:${older}`,
					// Read back by the caller in any case.
					schema: z.unknown().transform(() => true),
				});
			// n8n before 2.9 knows the older names only.
			return (await call(verb)) ?? (await call(older)) ?? false;
		},
	};
}

const READ_SCOPES = 'workflow:list or workflow:read';

/** One request to n8n's workflows; what n8n says of a write that it refuses is for whoever wanted it. Null for 404. */
async function ask<T>(options: N8nClientOptions, asked: N8nRequest<T>): Promise<T | null> {
	const { apiKey, tag: _, ...rest } = options;
	const answer = await request(
		{ ...rest, headers: { 'x-n8n-api-key': apiKey } },
		{ ...asked, path: `/api/v1/workflows${asked.path}`, showsReason: (asked.method ?? 'GET') !== 'GET' },
	);
	return answer && answer.value;
}
