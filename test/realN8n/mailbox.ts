import { once } from 'node:events';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. `to` is the address in the envelope. */
export interface ReceivedMail {
	to: string;
	subject: string;
	text: string;
	messageId: string;
}

/** A real SMTP server that keeps what it gets. */
export interface Mailbox {
	url: string;
	mails: ReceivedMail[];
	stop(): Promise<void>;
}

/** Starts a mail server on a free port of the loopback address. */
export async function startMailbox(): Promise<Mailbox> {
	const mails: ReceivedMail[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData: (stream, session, done) => {
			const recipients = session.envelope.rcptTo.map(({ address }) => address);
			simpleParser(stream)
				.then(({ subject = '', text = '', messageId = '' }) => {
					for (const to of recipients) mails.push({ to, subject, text, messageId });
				})
				.then(() => done(), done);
		},
	});
	server.on('error', () => undefined);
	const listening = once(server.server, 'listening');
	server.listen(0, '127.0.0.1');
	await listening;
	const address = server.server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `smtp://127.0.0.1:${port}?from=outreach%40acme.test`,
		mails,
		stop: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
