import { z } from 'zod/v4';

import { N8nError } from './n8nError';
import { type N8nRequest, type N8nRequestOptions, request } from './request';
import { keysAt } from './yamlKeys';

/** What an n8n says of its own public API. */
export interface SchemaCalls {
	/**
	 * The names of the settings of a workflow that this n8n takes; it refuses a whole workflow for another one. Null when it
	 * does not say. From its answer on what it offers (n8n 2.40), else from openapi.yml, at the price of more than half a
	 * megabyte. Can be repeated.
	 * @throws N8nError when it cannot be asked now
	 */
	workflowSettings(): Promise<ReadonlySet<string> | null>;
}

const PATH_OF_SETTINGS = ['components', 'schemas', 'workflowSettings', 'properties'];

const endpoint = z.object({ method: z.string(), path: z.string(), requestSchema: z.unknown() });
const discoverAnswer = z.object({
	data: z.object({ resources: z.object({ workflow: z.object({ endpoints: z.array(endpoint) }) }) }),
});
const bodySchema = z.object({
	properties: z.object({ settings: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
});

export function schemaCalls(options: N8nRequestOptions): SchemaCalls {
	return {
		async workflowSettings() {
			const names = (await fromDiscovery(options)) ?? (await fromSpecification(options));
			return names.length > 0 ? new Set(names) : null;
		},
	};
}

async function fromDiscovery(options: N8nRequestOptions): Promise<string[] | undefined> {
	const answer = await ask(options, {
		path: '/api/v1/discover?include=schemas&resource=workflow',
		what: 'what it offers',
		schema: discoverAnswer,
	});
	const making = answer?.data.resources.workflow.endpoints.find(
		({ method, path }) => method === 'POST' && path === '/api/v1/workflows',
	);
	const names = bodySchema.safeParse(making?.requestSchema).data?.properties.settings.properties;
	return names && Object.keys(names);
}

async function fromSpecification(options: N8nRequestOptions): Promise<string[]> {
	const yaml = await ask(options, {
		path: '/api/v1/openapi.yml',
		what: 'the description of its API',
		schema: z.string(),
		isText: true,
	});
	return keysAt(yaml ?? '', PATH_OF_SETTINGS);
}

/** Null for a refusal, or an answer that is none: there is another way. n8n 2.40 also answers 500 to openapi.yml, when it lies below a folder like `.cache`. */
async function ask<T>(options: N8nRequestOptions, asked: N8nRequest<T>): Promise<T | null> {
	try {
		return (await request({ ...options, attempts: 2 }, asked))?.value ?? null;
	} catch (error) {
		if (!(error instanceof N8nError)) throw error;
		const isNoAnswer = !error.traits.canRetry || error.kind === 'malformed' || error.status === 500;
		if (isNoAnswer) return null;
		throw error;
	}
}
