import { createTransport } from 'nodemailer';

import { codeOf, readField } from '../../../domain/error/errorCause';
import { type Trial, unusable } from './trial';

const TIMEOUT_MS = 10_000;

/** Connects to a mail server, with TLS and login as the URL says. Sends nothing. Never throws for what the server does. */
export async function trySmtp(smtpUrl: string): Promise<Trial> {
	const { hostname, host, username, protocol } = new URL(smtpUrl);
	const transport = createTransport({
		url: smtpUrl,
		connectionTimeout: TIMEOUT_MS,
		greetingTimeout: TIMEOUT_MS,
		socketTimeout: TIMEOUT_MS,
		dnsTimeout: TIMEOUT_MS,
	} as Parameters<typeof createTransport>[0]);
	try {
		await transport.verify();
		const works = [
			`${host} answers${username === '' ? '' : ', and takes the user and the password'}.`,
			...(protocol === 'smtps:' ? ['It speaks TLS from the start.'] : []),
		];
		const warnings = ['Whether it takes the sender shows only when a message is sent.'];
		return { works, warnings, problem: null };
	} catch (error) {
		return unusable(problemOf(error, host, hostname));
	} finally {
		transport.close();
	}
}

function problemOf(error: unknown, host: string, hostname: string): string {
	const code = codeOf(error);
	const reply = readField(error, 'responseCode');
	if (code === 'EAUTH' || code === 'ENOAUTH')
		return `${host} refuses the user or the password${typeof reply === 'number' ? ` (${reply})` : ''}. Check both in the URL; special characters are written as %40 and so on.`;
	if (code === 'EDNS' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
		return `The host ${hostname} is unknown. Check its name in the URL.`;
	if (code === 'ETLS' || /CERT|SSL|TLS/i.test(code))
		return `${host} and this computer do not agree on TLS (${code}). Use smtps:// for TLS from the start (mostly port 465), smtp:// otherwise.`;
	if (typeof reply === 'number') return `${host} answered ${reply}. See what its log says.`;
	return `${host} cannot be reached (${code || 'no answer'}). Check host, port and firewall; port 465 needs smtps://.`;
}
