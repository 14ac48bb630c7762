import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import type { OutgoingMessage } from '../../db/dispatchIntent';
import { isAddress, messageIdOf, senderOf, type EmailRoute } from './emailAddress';
import type { SendOutcome } from './outcome';
import { classifySmtpFailure, STALE_CONNECTION, type SmtpProgress } from './smtpFailure';

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
			return outcome === STALE_CONNECTION ? deliver(pool, message, { ...route, from }, signal) : outcome;
		},
		close() {
			for (const pool of pools.values()) closePool(pool);
			pools.clear();
		},
	};
}

const NO_SENDER = 'give the SMTP integration a "from", or add ?from=address to SMTP_URL';

async function deliver(
	pool: Transporter,
	message: OutgoingMessage,
	route: { from: string | { name: string; address: string }; replyTo?: string },
	signal: AbortSignal,
): Promise<SendOutcome> {
	const progress: SmtpProgress = { bodies: [] };
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
		return classifySmtpFailure(error, progress);
	}
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
	// Nodemailer takes options from the query, and its log is full of addresses.
	for (const option of ['from', 'logger', 'debug', 'transactionLog']) url.searchParams.delete(option);
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
		const { progress } = mail.data as { progress?: SmtpProgress };
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
