import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { N8nCredential } from '../../n8n/answer';
import { createN8nClient, type N8nClient } from '../../n8n/client';
import type { CredentialBody } from '../../n8n/credentialCalls';
import { listUnarchivedWorkflows } from '../../n8n/listUnarchivedWorkflows';
import { provisioningScopes, workerScopes } from '../../n8n/scopes';
import { type N8nOwner, N8nSession } from '../../n8n/session';
import { credentialTypes, toWorkflowBody, type ExportedWorkflow } from './exportedWorkflow';

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
	otherCredentials?: CredentialBody[];
	/** Made, and published when all their credentials are there. One that is there under the same name is left alone: somebody may have changed it. */
	templates: ExportedWorkflow[];
}

/** What an n8n then has. */
export interface ProvisionedN8n {
	/** Asks once: this n8n has just started, and whoever started it is waiting. */
	api: N8nClient;
	/** For the worker: may read, make, change and publish workflows. A repeated call makes another and this one stops working. */
	workerApiKey: string;
	credential: N8nCredential;
	/** In the order they were given. */
	otherCredentials: N8nCredential[];
	/** In the order of the templates. */
	workflows: N8nWorkflow[];
}

/**
 * Brings an n8n to what `options` say: owner, API keys, LMA credential, published workflows. Can be repeated: the
 * keys are replaced, the credential is brought up to date, nothing is made twice.
 * @throws N8nError
 */
export async function provisionN8n(options: ProvisionOptions): Promise<ProvisionedN8n> {
	const { url, owner, credentialName = 'LMA' } = options;
	const session = await N8nSession.signIn(url, owner);
	const apiKey = await session.replaceApiKey('LMA set-up', provisioningScopes);
	const api = createN8nClient({ baseUrl: url, apiKey, attempts: 1 });
	const workerApiKey = await session.replaceApiKey('LMA worker', workerScopes);
	const data = { ...options.credential };
	const credential = await api.credentials.save({ name: credentialName, type: 'lmaApi', data });
	const others: N8nCredential[] = [];
	for (const other of options.otherCredentials ?? []) others.push(await api.credentials.save(other));
	const existing = await listUnarchivedWorkflows(api);
	const workflows: N8nWorkflow[] = [];
	for (const template of options.templates) {
		const found = existing.find(({ name }) => name === template.name);
		workflows.push(found ?? (await addWorkflow(api, template, credential, ...others)));
	}
	return { api, workerApiKey, credential, otherCredentials: others, workflows };
}

/**
 * Makes a workflow of a template with the credentials filled in, and publishes it, unless it needs a credential of
 * another type. A second call makes another.
 * @throws N8nError, or Error when it was removed there meanwhile
 */
export async function addWorkflow(
	api: N8nClient,
	template: ExportedWorkflow,
	...credentials: N8nCredential[]
): Promise<N8nWorkflow> {
	const known = Object.fromEntries(credentials.map((credential) => [credential.type, credential]));
	const { id } = await api.workflows.create(toWorkflowBody(template, known));
	const isComplete = credentialTypes(template).every((type) => type in known);
	if (isComplete && !(await api.workflows.setPublished(id, true)))
		throw new Error(`n8n created the workflow "${template.name}" but could not find it to publish it`);
	return api.workflows.get(id);
}
