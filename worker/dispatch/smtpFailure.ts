import { withoutPersonalData } from '../../domain/cleanText';
import { isAddressDead } from '../../domain/outreach/suppression';
import type { SendOutcome } from './outcome';

/** Streams over which the body of one message went; more than one when the pool changed the connection. */
export interface SmtpProgress {
	bodies: { readableEnded: boolean }[];
}

const UNREACHABLE = { kind: 'not_sent', permanent: false, reason: 'smtp_unreachable' } as const;
/** The outcome on a pooled connection that the server had closed meanwhile: says nothing about the server. */
export const STALE_CONNECTION: SendOutcome = { ...UNREACHABLE, error: 'the server closed the connection' };

interface SmtpError {
	code?: string;
	command?: string;
	responseCode?: number;
	response?: string;
}

// Replies to these are about this message. A 5xx at the door, to the login or to the sender would meet every message,
// and is for an admin to mend.
const ABOUT_THE_MESSAGE = ['RCPT TO', 'DATA'];

/**
 * What a failed try means. A reply with a number is the server's word: 4xx again later, 5xx to the recipient or the
 * content never. Without a reply the message may be out if its body, which ends with the closing dot, was handed over
 * in full.
 */
export function classifySmtpFailure(failure: unknown, { bodies }: SmtpProgress): SendOutcome {
	const { code = 'unknown', command = '', responseCode, response } = (failure ?? {}) as SmtpError;
	const error = wordsOf(responseCode, response, code);
	if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') {
		return { kind: 'not_sent', permanent: false, reason: 'smtp_login_refused', error };
	}
	if (responseCode !== undefined && responseCode >= 400) {
		const permanent = responseCode >= 500 && ABOUT_THE_MESSAGE.includes(command);
		const isDead = permanent && isAddressDead(responseCode, enhancedCodeOf(response));
		return {
			kind: 'not_sent',
			permanent,
			reason: `smtp_${responseCode}`,
			error,
			...(isDead && { isAddressDead: true }),
		};
	}
	if (bodies.some((body) => body.readableEnded)) {
		return {
			kind: 'unknown',
			reason: code === 'EABORT' ? 'smtp_timeout' : 'smtp_connection_lost',
			error,
			deduplicates: false,
		};
	}
	if (code === 'EENVELOPE' || code === 'EMESSAGE') {
		return { kind: 'not_sent', permanent: true, reason: 'smtp_message_refused', error };
	}
	return bodies.length > 0 && code === 'ECONNECTION' ? STALE_CONNECTION : { ...UNREACHABLE, error };
}

// The text of a reply often repeats the address: only its numbers are kept.
function wordsOf(responseCode: number | undefined, response: string | undefined, code: string): string {
	if (responseCode === undefined) return withoutPersonalData(code);
	const enhanced = enhancedCodeOf(response);
	return enhanced ? `the server answered ${responseCode} ${enhanced}` : `the server answered ${responseCode}`;
}

function enhancedCodeOf(response: string | undefined): string | undefined {
	return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
}
