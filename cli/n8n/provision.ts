import { type N8nOwner, N8nSession } from '../../n8n/session';
import { N8nApi, provisioningScopes, workerScopes } from '../../n8n/setUpClient';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { N8nCredential } from '../../n8n/answer';
import { credentialTypes, toWorkflowBody, type WorkflowTemplate } from './workflowTemplate';

/** The fields of the credential `lmaApi`. */
export interface LmaCredentialData {
	host: string;
	port: number;
	database: string;
	user: string;
	password: string;
	ssl: 'disable' | 'require' | 'verify-full';
	caCertificate?: string;
	/** The organization's slug. */
	organization: string;
}

/** What an n8n should have. */
export interface ProvisionOptions {
	url: string;
	owner: N8nOwner;
	/** Name of the LMA credential in n8n. Default `LMA`. */
	credentialName?: string;
	credential: LmaCredentialData;
	/** What the templates need besides: made, or brought up to date. */
	otherCredentials?: { name: string; type: string; data: Record<string, unknown> }[];
	/** Made, and published when all their credentials are there. One that is there under the same name is left alone: somebody may have changed it. */
	templates: WorkflowTemplate[];
}

/** What an n8n then has. */
export interface ProvisionedN8n {
	api: N8nApi;
	/** For the worker: may read, make, change and publish workflows. A repeated call makes another and this one stops working. */
	workerApiKey: string;
	credential: N8nCredential;
	/** In the order of the templates. */
	workflows: N8nWorkflow[];
}

/**
 * Brings an n8n to what `options` say: owner, API keys, LMA credential, published workflows. Can be repeated: the
 * keys are replaced, the credential is brought up to date, nothing is made twice.
 * @throws N8nApiError
 */
export async function provisionN8n(options: ProvisionOptions): Promise<ProvisionedN8n> {
	const { url, owner, credentialName = 'LMA' } = options;
	const session = await N8nSession.signIn(url, owner);
	const api = new N8nApi(url, await session.replaceApiKey('LMA set-up', provisioningScopes));
	const workerApiKey = await session.replaceApiKey('LMA worker', workerScopes);
	const data = { ...options.credential };
	const credential = await api.saveCredential({ name: credentialName, type: 'lmaApi', data });
	const others: N8nCredential[] = [];
	for (const other of options.otherCredentials ?? []) others.push(await api.saveCredential(other));
	const existing = await api.listWorkflows();
	const workflows: N8nWorkflow[] = [];
	for (const template of options.templates) {
		const found = existing.find(({ name }) => name === template.name);
		workflows.push(found ?? (await addWorkflow(api, template, credential, ...others)));
	}
	return { api, workerApiKey, credential, workflows };
}

/**
 * Makes a workflow of a template with the credentials filled in, and publishes it, unless it needs a credential of
 * another type. A second call makes another.
 */
export async function addWorkflow(
	api: N8nApi,
	template: WorkflowTemplate,
	...credentials: N8nCredential[]
): Promise<N8nWorkflow> {
	const known = Object.fromEntries(credentials.map((credential) => [credential.type, credential]));
	const { id } = await api.createWorkflow(toWorkflowBody(template, known));
	const isComplete = credentialTypes(template).every((type) => type in known);
	if (isComplete) await api.publishWorkflow(id);
	return api.readWorkflow(id);
}
