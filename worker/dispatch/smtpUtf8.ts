import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseConnectionUrl } from 'nodemailer/lib/shared';

/** Whether a server takes addresses with letters outside ASCII before the @ (RFC 6531). Undefined when it did not say. */
export type Utf8Check = (signal: AbortSignal) => Promise<boolean | undefined>;

/**
 * Asks a server by a connection of its own, once: nodemailer sends such an address also to a server that has not announced
 * SMTPUTF8, which then refuses it in words of its own, mangles it, or drops the message. A server that cannot be reached is
 * asked again the next time.
 */
export function createUtf8Check(smtpUrl: string): Utf8Check {
	let known: boolean | undefined;
	return async (signal) => (known ??= await ask(smtpUrl, signal));
}

function ask(smtpUrl: string, signal: AbortSignal): Promise<boolean | undefined> {
	const connection = new SMTPConnection({
		...parseConnectionUrl(smtpUrl),
		connectionTimeout: 10_000,
		greetingTimeout: 10_000,
		socketTimeout: 10_000,
		dnsTimeout: 5_000,
	} as ConstructorParameters<typeof SMTPConnection>[0]);
	return new Promise((resolve) => {
		const end = (answer: boolean | undefined) => {
			signal.removeEventListener('abort', giveUp);
			resolve(answer);
			connection.close();
		};
		const giveUp = () => end(undefined);
		signal.addEventListener('abort', giveUp);
		connection.on('error', giveUp);
		connection.once('end', giveUp);
		connection.connect(() => {
			// What the server said after EHLO, behind TLS where there is TLS.
			const { _supportedExtensions: extensions } = connection as unknown as {
				_supportedExtensions?: string[];
			};
			end(extensions?.includes('SMTPUTF8'));
		});
	});
}
