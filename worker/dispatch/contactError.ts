import type { SendOutcome } from './outcome';
import { STALE_CONNECTION } from './smtpFailure';

type Said = Readonly<Record<string, string>>;

const MAIL: Said = {
	smtp_unreachable: 'The mail server cannot be reached. Check host and port, and that it is running',
	smtp_login_refused:
		'The mail server refuses the user or the password. Connect it again with the right ones',
};

const WEBHOOK: Said = {
	webhook_unreachable: 'The webhook cannot be reached. Check its address, and that it is running',
	webhook_timeout: 'The webhook does not answer in time. See what its workflow does',
	webhook_connection_lost: 'The webhook ends the connection without an answer. See what its log says',
	webhook_401: 'The webhook refuses the token. Connect it again with the right one',
	webhook_403: 'The webhook refuses the token. Connect it again with the right one',
	webhook_404:
		'There is nothing at the address of the webhook. In n8n it is there once its workflow is published',
	webhook_405: 'The address of the webhook takes no POST. Check it',
	webhook_410: 'The webhook is gone from its address. Check it',
	webhook_501: 'The workflow behind the webhook has no provider yet. Put one in',
};

const PREPARED: Said = {
	secret_unreadable:
		'The worker cannot read its secret: LMA_ENCRYPTION_KEY is missing or another one. Connect it again with the key of the worker',
	integration_unusable: 'Its address or its token cannot be used. Connect it again',
};

/**
 * What a try to send shows of the connection that it went over, in words for an admin, with nothing of the message: null when it
 * works, undefined when the outcome says nothing of it, being about one message or about a moment.
 */
export function contactErrorOf(outcome: SendOutcome): string | null | undefined {
	if (outcome.kind === 'sent') return null;
	if (outcome === STALE_CONNECTION || (outcome.kind !== 'not_sent' && outcome.kind !== 'unknown'))
		return undefined;
	const { reason, error } = outcome;
	const known = MAIL[reason] ?? WEBHOOK[reason] ?? PREPARED[reason];
	const sentence = known ?? (isAboutAll(outcome) ? wordsOf(reason) : undefined);
	return sentence && `${sentence}${error === undefined || !isCode(error) ? '' : ` (${error})`}.`;
}

/** A refusal of the sender or the login; a webhook that fails or wants another address. */
function isAboutAll({
	kind,
	reason,
	...rest
}: Extract<SendOutcome, { kind: 'not_sent' | 'unknown' }>): boolean {
	if (/^webhook_(3\d\d|5\d\d)$/.test(reason)) return true;
	return kind === 'not_sent' && 'permanent' in rest && !rest.permanent && /^smtp_5\d\d$/.test(reason);
}

function wordsOf(reason: string): string {
	const [way, status] = reason.split('_');
	if (way === 'smtp')
		return `The mail server turns everything away (${status}). Check the sender and the login, and the log of the server`;
	if (status?.startsWith('3'))
		return `The webhook answers ${status}: it wants another address. Connect it again with that`;
	return `The webhook answers ${status}. See what its log says`;
}

/** `ECONNREFUSED`: nothing of anybody. */
function isCode(error: string): boolean {
	return /^[A-Z][A-Z0-9_]{2,40}$/.test(error);
}
