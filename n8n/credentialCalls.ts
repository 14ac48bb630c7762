import { credentialAnswer, type CredentialTest, credentialTestAnswer, type N8nCredential } from './answer';
import { listRows } from './pages';
import { found, NO_SUCH_THING, type N8nRequestOptions } from './request';

/** A credential to be kept in n8n; name and type together say which one it is. */
export interface CredentialBody {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** The credentials of an n8n. All calls throw N8nError. */
export interface CredentialCalls {
	/** Makes it, or replaces the data of the one with the same name and type. Can be repeated one after the other. */
	save(credential: CredentialBody): Promise<N8nCredential>;
	/** Lets n8n test it with the node's own connection test. Can be repeated. */
	test(id: string): Promise<CredentialTest>;
}

const PATH = '/api/v1/credentials';

export function credentialCalls(options: N8nRequestOptions): CredentialCalls {
	const list = {
		path: PATH,
		what: 'the list of credentials',
		scope: 'credential:list',
		row: credentialAnswer,
	};
	return {
		async save(credential) {
			const { name, type, data } = credential;
			const rows = await listRows(options, list);
			const existing = rows.find((row) => row.name === name && row.type === type);
			return existing ? replaceData(options, existing.id, data) : create(options, credential);
		},
		async test(id) {
			const asked = {
				method: 'POST' as const,
				path: `${pathOf(id)}/test`,
				what: 'testing a credential',
				scope: 'credential:read',
				schema: credentialTestAnswer,
			};
			return (await found(options, asked, NO_SUCH_THING)).value;
		},
	};
}

async function create(options: N8nRequestOptions, body: CredentialBody): Promise<N8nCredential> {
	const made = await found(options, {
		method: 'POST',
		path: PATH,
		body,
		what: 'making a credential',
		scope: 'credential:create',
		schema: credentialAnswer,
		isUnrepeatable: true,
	});
	return made.value;
}

async function replaceData(options: N8nRequestOptions, id: string, data: object): Promise<N8nCredential> {
	const asked = {
		method: 'PATCH' as const,
		path: pathOf(id),
		body: { data },
		what: 'changing a credential',
		scope: 'credential:update',
		schema: credentialAnswer,
	};
	return (await found(options, asked, NO_SUCH_THING)).value;
}

function pathOf(id: string): string {
	return `${PATH}/${encodeURIComponent(id)}`;
}
