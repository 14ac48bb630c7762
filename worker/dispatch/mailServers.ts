import type { Log } from '../log';
import type { SendOutcome } from './outcome';

/** Over which server a message went, and who chose it. */
export interface MailRoute {
	smtpUrl: string;
	/** Where the URL stands, for people: a variable, or an integration. */
	setting: string;
	organizationId: number;
}

/** Remembers which mail servers cannot be used, and writes one line when that changes, however many messages wait for it. */
export interface MailServers {
	note(route: MailRoute, outcome: SendOutcome): void;
}

/** Servers that are remembered; beyond that the oldest is told of anew. */
const MOST_SERVERS = 1_000;

export function trackMailServers(log: Log): MailServers {
	const failing = new Set<string>();
	return {
		note({ smtpUrl, setting, organizationId }, outcome) {
			const { hostname, port, protocol } = new URL(smtpUrl);
			const at = `${hostname}:${port || (protocol === 'smtps:' ? '465' : '587')}`;
			const key = `${setting} ${at}`;
			// Only whoever has an integration of its own is concerned alone.
			const place = { setting, at, ...(setting !== SMTP_URL && { organizationId }) };
			if (outcome.kind === 'sent') {
				if (failing.delete(key)) log.info(place, 'the mail server can be used again');
				return;
			}
			if (!isOfServer(outcome) || failing.has(key)) return;
			const [oldest] = failing;
			if (oldest !== undefined && failing.size >= MOST_SERVERS) failing.delete(oldest);
			failing.add(key);
			const { reason, error } = outcome;
			log.error(
				{ ...place, reason, error, remedy: remedyOf(reason, setting) },
				'the mail server cannot be used; messages wait and are tried again',
			);
		},
	};
}

/** The variable for organizations without a mail server of their own. */
export const SMTP_URL = 'SMTP_URL';

/** A refusal for good is about one message, a reply that begins with 4 passes by itself. */
function isOfServer(outcome: SendOutcome): outcome is Extract<SendOutcome, { kind: 'not_sent' }> {
	return (
		outcome.kind === 'not_sent' &&
		!outcome.permanent &&
		/^smtp_(unreachable|login_refused|5\d\d)$/.test(outcome.reason)
	);
}

function remedyOf(reason: string, setting: string): string {
	if (reason === 'smtp_unreachable')
		return `Check host and port in ${setting}, and that the server is running.`;
	if (reason === 'smtp_login_refused') return `Check user and password in ${setting}.`;
	return `The server turns everything away: check the sender and the login in ${setting}, and the log of the server.`;
}
