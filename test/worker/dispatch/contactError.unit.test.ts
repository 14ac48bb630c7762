import { describe, expect, test } from 'vitest';

import { contactErrorOf } from '../../../worker/dispatch/contactError';
import type { SendOutcome } from '../../../worker/dispatch/outcome';
import { STALE_CONNECTION } from '../../../worker/dispatch/smtpFailure';

const notSent = (reason: string, more: object = {}): SendOutcome => ({
	kind: 'not_sent',
	permanent: false,
	reason,
	...more,
});

describe('an outcome about one message, or about a moment, says nothing of the connection', () => {
	test.each<[string, SendOutcome]>([
		['a refused recipient', notSent('smtp_550', { permanent: true })],
		['a server that asks for patience', notSent('smtp_451')],
		['a connection that had been idle for too long', STALE_CONNECTION],
		['a webhook that refuses one body', notSent('webhook_422', { permanent: true })],
		['a webhook with too much to do', notSent('webhook_429')],
		['a try that was not begun', { kind: 'not_begun' }],
		['a connection that is switched off', { kind: 'connection_disabled' }],
		['a message that a person has to send', { kind: 'left_to_person', reason: 'no_webhook_for_call' }],
		['a mistake of ours', notSent('sender_failed')],
	])('%s', (_title, outcome) => {
		expect(contactErrorOf(outcome)).toBeUndefined();
	});
});

test.each<[SendOutcome, RegExp]>([
	[
		notSent('smtp_login_refused', { error: 'the server answered 535' }),
		/^The mail server refuses the user or the password\. Connect it again with the right ones\.$/,
	],
	[notSent('smtp_554'), /turns everything away \(554\)/],
	[notSent('webhook_unreachable', { error: 'ECONNREFUSED' }), /cannot be reached.* \(ECONNREFUSED\)\.$/],
	[notSent('webhook_302', { permanent: true }), /answers 302: it wants another address/],
	[notSent('webhook_501', { permanent: true }), /has no provider yet/],
	[{ kind: 'unknown', reason: 'webhook_500', deduplicates: false }, /answers 500/],
	[{ kind: 'unknown', reason: 'webhook_timeout', deduplicates: false }, /does not answer in time/],
])('what concerns every message is told in words: %j', (outcome, words) => {
	expect(contactErrorOf(outcome)).toMatch(words);
});

test('what was sent shows that it works', () => {
	expect(contactErrorOf({ kind: 'sent' })).toBeNull();
});
