import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';

import { apiKeysAnswer, newApiKeyAnswer, settingsAnswer, userAnswer } from './answer';
import { N8nError } from './n8nError';
import { found, type N8nAnswer, type N8nRequest, NO_SUCH_THING } from './request';

/** The person who owns an n8n. The password needs 8 to 64 characters, a digit and an upper-case letter. */
export interface N8nOwner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

type Call<T> = Omit<N8nRequest<T>, 'scope' | 'isUnrepeatable'>;

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
		const what = 'the question whether it is set up';
		const settings = await call(url, {}, { path: '/rest/settings', what, schema: settingsAnswer });
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
		const { data } = await this.call({
			path: `${path}?${query.toString()}`,
			what: 'the list of API keys',
			schema: apiKeysAnswer,
		});
		const removal = { method: 'DELETE' as const, what: 'removing an API key', schema: z.unknown() };
		for (const { id } of data.items.filter((item) => item.label === label))
			await this.call({ ...removal, path: `${path}/${encodeURIComponent(id)}` }, NO_SUCH_THING);
		const created = await this.call({
			method: 'POST',
			path,
			body: { label, scopes, expiresAt: null },
			what: 'making an API key',
			schema: newApiKeyAnswer,
		});
		return created.data.rawApiKey;
	}

	private async call<T>(asked: Call<T>, hint?: string): Promise<T> {
		return (await call(this.url, this.headers, asked, hint)).value;
	}
}

function setUp(url: string, owner: N8nOwner, headers: Record<string, string>): Promise<N8nAnswer<unknown>> {
	return call(url, headers, {
		method: 'POST',
		path: '/rest/owner/setup',
		body: owner,
		what: 'setting up its owner',
		schema: userAnswer,
	});
}

async function logIn(
	url: string,
	{ email, password }: N8nOwner,
	headers: Record<string, string>,
): Promise<N8nAnswer<unknown>> {
	const asked: Call<unknown> = {
		method: 'POST',
		path: '/rest/login',
		body: { emailOrLdapLoginId: email, password },
		what: 'signing in',
		schema: userAnswer,
	};
	try {
		return await call(url, headers, asked);
	} catch (error) {
		if (!(error instanceof N8nError) || error.status !== 401) throw error;
		throw new N8nError(
			'unauthorized',
			'n8n refuses signing in (401): its owner has another e-mail address or password than the one kept here; set them back in n8n',
			{ call: error.call, status: 401 },
		);
	}
}

function call<T>(
	url: string,
	headers: Record<string, string>,
	asked: Call<T>,
	hint?: string,
): Promise<N8nAnswer<T>> {
	return found({ baseUrl: url, headers, attempts: 1 }, asked, hint);
}
