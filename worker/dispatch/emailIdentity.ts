import { readEmailAddress } from '../../domain/input/emailAddress';
import { toAsciiDomain } from '../../domain/input/emailDomain';

/** Over which server, and as whom. */
export interface EmailRoute {
	smtpUrl: string;
	/** As in a mail header. Undefined: see `senderOf`. */
	from?: string;
	replyTo?: string;
}

/**
 * Who the mail is from: the `from` of the organization's SMTP integration, else `?from=` of the SMTP URL, else its
 * user if that is an address, else, for a server on this machine only, no-reply@localhost. The organization's billing
 * address is never used: it is not public, and the server need not accept it. Undefined when there is none.
 */
export function senderOf(
	route: EmailRoute,
	organizationName: string,
): string | { name: string; address: string } | undefined {
	if (route.from) return route.from;
	const url = new URL(route.smtpUrl);
	const asked = url.searchParams.get('from');
	if (asked?.includes('<')) return asked;
	const user = decodeURIComponent(url.username);
	const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? 'no-reply@localhost' : undefined;
	const address = asked ?? (isAddress(user) ? user : local);
	return address ? { name: organizationName, address } : undefined;
}

/**
 * The address of a lead as it goes into an envelope: its domain in ASCII (punycode), unless what stands before the @ needs
 * SMTPUTF8 anyway. Undefined when it is no address; other programs store leads as well.
 */
export function recipientOf(email: string): string | undefined {
	const { address = isAddress(email) ? email : '' } = readEmailAddress(email);
	const at = address.lastIndexOf('@');
	const domain = toAsciiDomain(address.slice(at + 1));
	return at < 0 || domain === undefined ? undefined : `${address.slice(0, at)}@${domain}`;
}

/** Whether a text is one plain address; that of a server on this machine need not have a dot. */
function isAddress(text: string): boolean {
	return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text) && !/[^!-~]/.test(text);
}

/** Message-ID of a key: the same on every attempt, so that mailboxes and people can see duplicates. */
export function messageIdOf(idempotencyKey: string, from: string | { address: string }): string {
	const address = typeof from === 'string' ? from : from.address;
	const domain = /@([^\s>@]+)>?\s*$/.exec(address)?.[1] ?? 'localhost';
	return `<lma.${idempotencyKey.replaceAll(':', '.')}@${domain}>`;
}
