import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';

import type { OutgoingMessage } from '../../db/dispatch/startSending';
import { safeSmtpUrl } from '../../domain/integration/smtpUrl';
import { type EmailRoute, messageIdOf, recipientOf, senderOf } from './emailIdentity';
import type { SendOutcome, Turn } from './outcome';
import { Slots } from './slots';
import { classifySmtpFailure, type SmtpProgress, STALE_CONNECTION } from './smtpFailure';
import { createUtf8Check, type Utf8Check } from './smtpUtf8';

export interface EmailSender {
	send(message: OutgoingMessage, route: EmailRoute, turn: Turn): Promise<SendOutcome>;
	/** Ends every connection, also those in the middle of a message. */
	close(): void;
}

const MOST_POOLS = 50;
const MOST_CONNECTIONS = 10;

/** Connections to one server. What finds none free waits here, so that its time-box covers its own try alone. */
interface Pool {
	transporter: Transporter;
	takesUtf8: Utf8Check;
	slots: Slots;
}

/** Sends plain-text mail over pooled connections, one pool per SMTP URL; the pools used longest ago are closed. */
export function createEmailSender(): EmailSender {
	const pools = new Map<string, Pool>();
	return {
		async send(message, route, turn) {
			const address = recipientOf(message.lead.email);
			if (address === undefined) return { kind: 'not_sent', permanent: true, reason: 'lead_email_invalid' };
			const from = senderOf(route, message.organization.name);
			if (!from) return { kind: 'not_sent', permanent: false, reason: 'no_sender', error: NO_SENDER };
			const pool = poolFor(pools, route.smtpUrl);
			if (!(await pool.slots.enter(turn.tooLate))) return { kind: 'not_begun' };
			try {
				const signal = turn.begin();
				if (!signal) return { kind: 'not_begun' };
				if (/\P{ASCII}/u.test(address) && (await pool.takesUtf8(signal)) === false) return NO_SMTPUTF8;
				const once = () => deliver(pool.transporter, message, { ...route, from, address }, signal);
				const outcome = await once();
				return outcome === STALE_CONNECTION ? await once() : outcome;
			} finally {
				pool.slots.leave();
			}
		},
		close() {
			for (const { transporter } of pools.values()) closePool(transporter);
			pools.clear();
		},
	};
}

/** Another try meets the same server. */
const NO_SMTPUTF8: SendOutcome = {
	kind: 'not_sent',
	permanent: true,
	reason: 'smtp_utf8_unsupported',
	error:
		'the mail server takes no address with letters outside ASCII before the @ (it does not announce SMTPUTF8)',
};
const NO_SENDER = 'give the SMTP integration a "from", or add ?from=address to SMTP_URL';

async function deliver(
	pool: Transporter,
	message: OutgoingMessage,
	route: { from: string | { name: string; address: string }; replyTo?: string; address: string },
	signal: AbortSignal,
): Promise<SendOutcome> {
	const progress: SmtpProgress = { bodies: [] };
	try {
		const info = (await pool.sendMail({
			from: route.from,
			replyTo: route.replyTo,
			to: { name: `${message.lead.firstName} ${message.lead.lastName}`, address: route.address },
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

function poolFor(pools: Map<string, Pool>, smtpUrl: string): Pool {
	let pool = pools.get(smtpUrl);
	if (!pool) {
		const url = safeSmtpUrl(smtpUrl);
		pool = {
			transporter: createPool(url),
			takesUtf8: createUtf8Check(url),
			slots: new Slots(MOST_CONNECTIONS),
		};
		const oldest = pools.size >= MOST_POOLS ? pools.entries().next().value : undefined;
		if (oldest) {
			pools.delete(oldest[0]);
			oldest[1].transporter.close();
		}
	}
	pools.delete(smtpUrl);
	pools.set(smtpUrl, pool);
	return pool;
}

function createPool(url: string): Transporter {
	const pool = createTransport({
		url,
		pool: true,
		maxConnections: MOST_CONNECTIONS,
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
