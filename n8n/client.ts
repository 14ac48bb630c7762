import { type CredentialCalls, credentialCalls } from './credentialCalls';
import { type ExecutionCalls, executionCalls } from './executionCalls';
import { type KeyCalls, keyCalls } from './keyCalls';
import type { N8nRequestOptions } from './request';
import { type SchemaCalls, schemaCalls } from './schemaCalls';
import { type WorkflowCalls, workflowCalls } from './workflowCalls';

/** How an n8n is reached, and which of its workflows are looked at. */
export interface N8nClientOptions extends Omit<N8nRequestOptions, 'headers'> {
	apiKey: string;
	/** Only workflows with this tag are listed. */
	tag?: string;
	/** Only those of this project are listed, and new ones are made there. */
	projectId?: string;
}

/** n8n's public API, as far as we use it. */
export interface N8nClient {
	workflows: WorkflowCalls;
	credentials: CredentialCalls;
	executions: ExecutionCalls;
	schema: SchemaCalls;
	key: KeyCalls;
}

/**
 * Reads and writes over n8n's public API. Repeats after 429, 5xx, broken connections and half answers, no sooner than
 * `Retry-After` says, as often as the options say.
 * @throws N8nError (from the calls) when the instance refuses, or still fails after the last try.
 */
export function createN8nClient({ tag, projectId, ...options }: N8nClientOptions): N8nClient {
	return {
		workflows: workflowCalls(options, { tag, projectId }),
		credentials: credentialCalls(options),
		executions: executionCalls(options),
		schema: schemaCalls(options),
		key: keyCalls(options),
	};
}
