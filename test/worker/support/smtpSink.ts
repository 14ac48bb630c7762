import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
	to: string;
	from: string;
	subject: string;
	text: string;
	messageId: string;
}

/** What the server does with the next message to an address: refuse it, or take it and then hang. */
export type SmtpMood =
	| {
			reply: number;
			/** Before its own words, such as an enhanced code. */ says?: string;
			at: 'rcpt' | 'data';
	  }
	| 'hang';

export interface SmtpSink {
	url: string;
	received: ReceivedMail[];
	/** Moods by address, used up one per try. */
	moods: Map<string, SmtpMood[]>;
	/** Turns every connection away with 554 while set. */
	closed: boolean;
	/** Milliseconds it takes to accept a message. */
	slowMs: number;
	stop(): Promise<void>;
}

/** A real SMTP server on a free port that keeps what it gets and can be told to misbehave, or to know less. */
export async function startSmtpSink(options: { hideSMTPUTF8?: boolean } = {}): Promise<SmtpSink> {
	const received: ReceivedMail[] = [];
	const moods = new Map<string, SmtpMood[]>();
	const refusal = ({ reply, says = '' }: Exclude<SmtpMood, 'hang'>, address: string) =>
		Object.assign(new Error(`${says} mailbox of <${address}> is not available`.trim()), {
			responseCode: reply,
		});
	const server = new SMTPServer({
		...options,
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		logger: false,
		onConnect(_session, done) {
			done(sink.closed ? Object.assign(new Error('go away'), { responseCode: 554 }) : null);
		},
		onRcptTo({ address }, _session, done) {
			const mood = moods.get(address)?.[0];
			if (typeof mood === 'object' && mood.at === 'rcpt') {
				moods.get(address)?.shift();
				done(refusal(mood, address));
			} else done();
		},
		onData(stream, session, done) {
			const address = session.envelope.rcptTo[0]?.address ?? '';
			void simpleParser(stream).then((mail) => {
				const mood = moods.get(address)?.shift();
				if (typeof mood === 'object') {
					done(refusal(mood, address));
					return;
				}
				received.push({
					to: address,
					from: mail.from?.text ?? '',
					subject: mail.subject ?? '',
					text: (mail.text ?? '').trim(),
					messageId: mail.messageId ?? '',
				});
				// eslint-disable-next-line no-restricted-globals -- a slow server is slow
				if (mood !== 'hang') setTimeout(done, sink.slowMs);
			}, done);
		},
	});
	// Clients are cut off in these tests on purpose.
	server.on('error', () => undefined);
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	const sink: SmtpSink = {
		url: `smtp://127.0.0.1:${port}?from=outreach@sender.test`,
		received,
		moods,
		closed: false,
		slowMs: 0,
		stop: () => new Promise((resolve) => server.close(() => resolve())),
	};
	return sink;
}
