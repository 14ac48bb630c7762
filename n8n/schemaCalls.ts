import { z } from 'zod/v4';

import { N8nError } from './n8nError';
import { type N8nRequestOptions, request } from './request';
import { keysAt } from './yamlKeys';

/** What an n8n says of its own public API. */
export interface SchemaCalls {
	/**
	 * The names of the settings of a workflow that this n8n takes; it refuses a whole workflow for another one. Null when it
	 * does not say: the file is missing, or is another one. Can be repeated, at the price of more than half a megabyte.
	 * @throws N8nError when it cannot be asked now
	 */
	workflowSettings(): Promise<ReadonlySet<string> | null>;
}

const PATH_OF_SETTINGS = ['components', 'schemas', 'workflowSettings', 'properties'];

export function schemaCalls(options: N8nRequestOptions): SchemaCalls {
	return {
		async workflowSettings() {
			const asked = {
				path: '/api/v1/openapi.yml',
				what: 'the description of its API',
				schema: z.string(),
				isText: true,
			};
			const answer = await request(options, asked).catch((error: unknown) => {
				// It needs no key, and nothing depends on it: a refusal is an answer.
				if (error instanceof N8nError && !error.traits.canRetry) return null;
				throw error;
			});
			const names = answer ? keysAt(answer.value, PATH_OF_SETTINGS) : [];
			return names.length > 0 ? new Set(names) : null;
		},
	};
}
