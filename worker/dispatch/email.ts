import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import type { OutgoingMessage } from '../../db/dispatchIntent';
import { withoutPersonalData } from '../log';
import type { SendOutcome } from './outcome';

/** Over which server, and as whom. */
export interface EmailRoute {
	smtpUrl: string;
	/** As in a mail header. Undefined: see `senderOf`. */
	from?: string;
	replyTo?: string;
}

export interface EmailSender {
	send(message: OutgoingMessage, route: EmailRoute, signal: AbortSignal): Promise<SendOutcome>;
	/** Ends every connection, also those in the middle of a message. */
	close(): void;
}

const MOST_POOLS = 50;

/** Sends plain-text mail over pooled connections, one pool per SMTP URL; the pools used longest ago are closed. */
export function createEmailSender(): EmailSender {
	const pools = new Map<string, Transporter>();
	return {
		async send(message, route, signal) {
			if (!isAddress(message.lead.email)) {
				return { kind: 'not_sent', permanent: true, reason: 'lead_email_invalid' };
			}
			const from = senderOf(route, message.organization.name);
			if (!from) return { kind: 'not_sent', permanent: false, reason: 'no_sender', error: NO_SENDER };
			const pool = poolFor(pools, route.smtpUrl);
			const outcome = await deliver(pool, message, { ...route, from }, signal);
			// A pooled connection that the server had closed meanwhile says nothing about the server.
			return outcome === STALE_CONNECTION ? deliver(pool, message, { ...route, from }, signal) : outcome;
		},
		close() {
			for (const pool of pools.values()) closePool(pool);
			pools.clear();
		},
	};
}

const NO_SENDER = 'give the SMTP integration a "from", or add ?from=address to SMTP_URL';

const UNREACHABLE = { kind: 'not_sent', permanent: false, reason: 'smtp_unreachable' } as const;
const STALE_CONNECTION: SendOutcome = { ...UNREACHABLE, error: 'the server closed the connection' };

async function deliver(
	pool: Transporter,
	message: OutgoingMessage,
	route: { from: string | { name: string; address: string }; replyTo?: string },
	signal: AbortSignal,
): Promise<SendOutcome> {
	const progress: Progress = { bodies: [] };
	try {
		const info = (await pool.sendMail({
			from: route.from,
			replyTo: route.replyTo,
			to: { name: `${message.lead.firstName} ${message.lead.lastName}`, address: message.lead.email },
			subject: message.subject ?? '',
			text: message.content ?? '',
			messageId: messageIdOf(message.idempotencyKey, route.from),
			// Content comes from the database; nothing in it may make the worker read files or URLs.
			disableFileAccess: true,
			disableUrlAccess: true,
			signal,
			progress,
		} as Parameters<Transporter['sendMail']>[0])) as SentMessageInfo & { messageId?: string };
		return { kind: 'sent', providerId: info.messageId };
	} catch (error) {
		return classify(error, progress);
	}
}

/** Streams over which the body of one message went; more than one when the pool changed the connection. */
interface Progress {
	bodies: { readableEnded: boolean }[];
}

function poolFor(pools: Map<string, Transporter>, smtpUrl: string): Transporter {
	let pool = pools.get(smtpUrl);
	if (!pool) {
		pool = createPool(smtpUrl);
		const oldest = pools.size >= MOST_POOLS ? pools.entries().next().value : undefined;
		if (oldest) {
			pools.delete(oldest[0]);
			oldest[1].close();
		}
	}
	pools.delete(smtpUrl);
	pools.set(smtpUrl, pool);
	return pool;
}

function createPool(smtpUrl: string): Transporter {
	const url = new URL(smtpUrl);
	url.searchParams.delete('from');
	const pool = createTransport({
		url: url.toString(),
		pool: true,
		maxConnections: 10,
		maxMessages: 200,
		// A message must never be sent twice behind our back: we decide about another try.
		maxRequeues: 0,
		connectionTimeout: 10_000,
		greetingTimeout: 10_000,
		socketTimeout: 15_000,
		dnsTimeout: 5_000,
		idleTimeout: 30_000,
	} as Parameters<typeof createTransport>[0]) as unknown as Transporter;
	pool.on('error', () => undefined);
	// The server has a message only after it has read the body to its end: remember how far that got.
	pool.use('stream', (mail, done) => {
		const { progress } = mail.data as { progress?: Progress };
		const original = mail.message.createReadStream.bind(mail.message);
		mail.message.createReadStream = (options) => {
			const body = original(options);
			progress?.bodies.push(body);
			return body;
		};
		done();
	});
	return pool;
}

function closePool(pool: Transporter): void {
	(pool as { close(options?: { force?: boolean }): void }).close({ force: true });
}

interface SmtpError {
	code?: string;
	command?: string;
	responseCode?: number;
	response?: string;
}

/**
 * What a failed try means. A reply with a number is the server's word: 4xx again later, 5xx never, except for a
 * refused login, which says nothing about the message. Without a reply the message may be out if its body, which ends
 * with the closing dot, was handed over in full.
 */
function classify(failure: unknown, { bodies }: Progress): SendOutcome {
	const { code = 'unknown', responseCode, response } = (failure ?? {}) as SmtpError;
	const error = wordsOf(responseCode, response, code);
	if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') {
		return { kind: 'not_sent', permanent: false, reason: 'smtp_login_refused', error };
	}
	if (responseCode !== undefined && responseCode >= 400) {
		return { kind: 'not_sent', permanent: responseCode >= 500, reason: `smtp_${responseCode}`, error };
	}
	if (bodies.some((body) => body.readableEnded)) {
		return { kind: 'unknown', reason: code === 'EABORT' ? 'smtp_timeout' : 'smtp_connection_lost', error, deduplicates: false };
	}
	if (code === 'EENVELOPE' || code === 'EMESSAGE') {
		return { kind: 'not_sent', permanent: true, reason: 'smtp_message_refused', error };
	}
	return bodies.length > 0 && code === 'ECONNECTION' ? STALE_CONNECTION : { ...UNREACHABLE, error };
}

// The text of a reply often repeats the address: only its numbers are kept.
function wordsOf(responseCode: number | undefined, response: string | undefined, code: string): string {
	if (responseCode === undefined) return withoutPersonalData(code);
	const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
	return enhanced ? `the server answered ${responseCode} ${enhanced}` : `the server answered ${responseCode}`;
}

/** Message-ID of a key: the same on every attempt, so that mailboxes and people can see duplicates. */
function messageIdOf(idempotencyKey: string, from: string | { address: string }): string {
	const address = typeof from === 'string' ? from : from.address;
	const domain = /@([^\s>@]+)>?\s*$/.exec(address)?.[1] ?? 'localhost';
	return `<lma.${idempotencyKey.replaceAll(':', '.')}@${domain}>`;
}

/**
 * Who the mail is from: the `from` of the organization's SMTP integration, else `?from=` of the SMTP URL, else its
 * user if that is an address, else, for a server on this machine only, no-reply@localhost. The organization's billing
 * address is never used: it is not public, and the server need not accept it. Undefined when there is none.
 */
export function senderOf(route: EmailRoute, organizationName: string): string | { name: string; address: string } | undefined {
	if (route.from) return route.from;
	const url = new URL(route.smtpUrl);
	const asked = url.searchParams.get('from');
	if (asked?.includes('<')) return asked;
	const user = decodeURIComponent(url.username);
	const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? 'no-reply@localhost' : undefined;
	const address = asked ?? (isAddress(user) ? user : local);
	return address ? { name: organizationName, address } : undefined;
}

function isAddress(text: string): boolean {
	return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);
}
