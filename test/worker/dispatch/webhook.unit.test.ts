import { afterEach, describe, expect, it, vi } from 'vitest';

import type { OutgoingMessage } from '../../../db/dispatch/startSending';
import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { isUnreached } from '../../../domain/error/errorCode';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';
import { CERTIFICATE_CODES } from '../../../domain/error/tlsCode';
import type { SendOutcome } from '../../../worker/dispatch/outcome';
import { postToWebhook } from '../../../worker/dispatch/webhook';

const message = {
	id: 5,
	idempotencyKey: '1:5:1',
	communicationType: 'sms',
	lead: { id: 7 },
	organization: { slug: 'acme' },
} as OutgoingMessage;

function post(route: { url?: string; token?: string } = {}): Promise<SendOutcome> {
	const url = 'http://127.0.0.1:1/webhook';
	return postToWebhook(message, { url, deduplicates: false, ...route }, new AbortController().signal);
}

/** What a message comes to when fetch fails so. */
function outcomeOf(code: string): Promise<SendOutcome> {
	const cause = Object.assign(new Error(code), { code });
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
	return post();
}

describe('a message to a webhook', () => {
	afterEach(() => vi.unstubAllGlobals());

	const unreached = [
		...['EADDRNOTAVAIL', 'EAI_AGAIN', 'EAI_FAIL', 'ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN'],
		...['ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
		...['ERR_SSL_WRONG_VERSION_NUMBER', ...CERTIFICATE_CODES],
	];

	it.each(unreached)('has not been sent after %s', async (code) => {
		expect(await outcomeOf(code)).toMatchObject({
			kind: 'not_sent',
			permanent: false,
			reason: 'webhook_unreachable',
			error: code,
		});
	});

	it('may have been sent after any other code of the tables', async () => {
		const others = [...Object.keys({ ...CONNECTION_ERRORS, ...SYSTEM_ERRORS }), 'UND_ERR_SOCKET', 'EPROTO'];
		for (const code of others.filter((other) => !unreached.includes(other))) {
			expect(isUnreached(code), code).toBe(false);
			expect(await outcomeOf(code), code).toMatchObject({ kind: 'unknown', error: code });
		}
	});

	it.each([
		['a token with a line break', { token: 'hook\ntoken' }],
		['a token with a character that no header takes', { token: 'hook…token' }],
		['a URL with a password', { url: 'http://ada:hook-token@127.0.0.1:1/' }],
		['a URL that is none', { url: 'hook-token' }],
	])('is not sent with %s, which is not repeated', async (_what, route) => {
		const outcome = await post(route);
		expect(outcome).toMatchObject({ kind: 'not_sent', permanent: false, reason: 'integration_unusable' });
		expect(JSON.stringify(outcome)).not.toMatch(/hook.token/);
	});
});
