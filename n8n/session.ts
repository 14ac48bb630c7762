import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';

import { apiKeysAnswer, newApiKeyAnswer, settingsAnswer, userAnswer } from './answer';
import { N8nError } from './n8nError';
import { found, type N8nAnswer, type N8nRequest } from './request';

/** The person who owns an n8n. The password needs 8 to 64 characters, a digit and an upper-case letter. */
export interface N8nOwner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

type Call<T> = Pick<N8nRequest<T>, 'method' | 'path' | 'body' | 'schema'>;

/** A browser's session of the owner, for what the public API cannot do: the first account and the API keys. */
export class N8nSession {
	private constructor(
		readonly url: string,
		private readonly headers: Record<string, string>,
	) {}

	/**
	 * Sets up the owner of a new n8n, or logs in as the owner of one that is set up. Can be repeated.
	 * @throws N8nError, with the remedy when the stored password is not n8n's any more.
	 */
	static async signIn(url: string, owner: N8nOwner): Promise<N8nSession> {
		// n8n ties its cookie to this header: without it, or with another one, the cookie is refused.
		const headers = { 'browser-id': randomUUID() };
		const settings = await call(url, {}, { path: '/rest/settings', schema: settingsAnswer });
		const isNew = settings.value.data.userManagement.showSetupOnFirstLoad;
		const answer = isNew ? await setUp(url, owner, headers) : await logIn(url, owner, headers);
		const cookie = answer.cookies.map((line) => line.split(';', 1)[0]).join('; ');
		return new N8nSession(url, { ...headers, cookie });
	}

	/**
	 * Makes an API key and removes the earlier ones of the same label, which cannot be read again.
	 * @param scopes what the key may do, such as `workflow:list`; n8n refuses the others with 403.
	 */
	async replaceApiKey(label: string, scopes: readonly string[]): Promise<string> {
		const path = '/rest/api-keys';
		const query = new URLSearchParams({ label, take: '100' });
		const { data } = await this.call({ path: `${path}?${query.toString()}`, schema: apiKeysAnswer });
		for (const key of data.items.filter((item) => item.label === label))
			await this.call({ method: 'DELETE', path: `${path}/${key.id}`, schema: z.unknown() });
		const body = { label, scopes, expiresAt: null };
		const created = await this.call({ method: 'POST', path, body, schema: newApiKeyAnswer });
		return created.data.rawApiKey;
	}

	private async call<T>(asked: Call<T>): Promise<T> {
		return (await call(this.url, this.headers, asked)).value;
	}
}

function setUp(url: string, owner: N8nOwner, headers: Record<string, string>): Promise<N8nAnswer<unknown>> {
	return call(url, headers, { method: 'POST', path: '/rest/owner/setup', body: owner, schema: userAnswer });
}

async function logIn(
	url: string,
	{ email, password }: N8nOwner,
	headers: Record<string, string>,
): Promise<N8nAnswer<unknown>> {
	const body = { emailOrLdapLoginId: email, password };
	try {
		return await call(url, headers, { method: 'POST', path: '/rest/login', body, schema: userAnswer });
	} catch (error) {
		if (!(error instanceof N8nError) || error.status !== 401) throw error;
		throw new N8nError(
			'unauthorized',
			'n8n answered 401 to POST /rest/login: its owner has another e-mail address or password than the one kept here; set them back in n8n',
			401,
		);
	}
}

function call<T>(url: string, headers: Record<string, string>, asked: Call<T>): Promise<N8nAnswer<T>> {
	return found({ baseUrl: url, headers, attempts: 1 }, asked);
}
