import { inOneForm, isInternational, wrongCharacter } from './addressCharacter';

/** The part of an address as it is stored, or what is wrong with it. */
export type AddressPart = { part: string; problem?: undefined } | { part?: undefined; problem: string };

const IMPOSSIBLE = 'has a domain that cannot exist; write it as name@example.com';

/**
 * What stands behind the @: a name with at least one dot, also an international one, or an IP address in brackets. A dot at
 * its end goes (RFC 1034).
 */
export function readEmailDomain(text: string): AddressPart {
	if (text.startsWith('[')) return readLiteral(text);
	const written = inOneForm(text.replace(/[。．｡]/gu, '.')).replace(/\.$/, '');
	const domain = /\P{ASCII}/u.test(written) ? written.toLowerCase() : written;
	const wrong = wrongCharacter(domain, (one) => /^[A-Za-z0-9.-]$/.test(one) || isInternational(one));
	if (wrong !== undefined) return { problem: wrong };
	const ascii = toAsciiDomain(domain);
	if (ascii === undefined) return { problem: wrongCharacter(domain, isInSomeName) ?? IMPOSSIBLE };
	const labels = ascii.split('.');
	if (labels.includes('')) return { problem: 'has a dot too many behind the @; take it out' };
	if (labels.length < 2) return { problem: 'has no dot in its domain; write it as name@example.com' };
	const isPossible =
		ascii.length <= 253 &&
		labels.every((one) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(one)) &&
		!/^\d+$/.test(labels.at(-1) ?? '');
	return isPossible ? { part: domain } : { problem: IMPOSSIBLE };
}

/**
 * A domain in letters that every mail server takes: `münchen.example` is `xn--mnchen-3ya.example` (RFC 5891). Undefined when
 * there is no such name.
 */
export function toAsciiDomain(domain: string): string | undefined {
	if (!/\P{ASCII}/u.test(domain)) return domain;
	return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : undefined;
}

/** A mark has to follow a letter, and letters written from right to left stand alone. */
function isInSomeName(character: string): boolean {
	return [character, `a${character}`].some((label) => toAsciiDomain(`${label}.example`) !== undefined);
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` */
function readLiteral(text: string): AddressPart {
	const inner = /^\[(.*)\]$/s.exec(text)?.[1] ?? '';
	const bytes = inner.split('.');
	const isIp4 = bytes.length === 4 && bytes.every((byte) => /^(25[0-5]|2[0-4]\d|1?\d?\d)$/.test(byte));
	const ip6 = /^IPv6:([\da-f:.]+)$/i.exec(inner)?.[1];
	if (isIp4 || (ip6 !== undefined && URL.canParse(`http://[${ip6}]`))) return { part: text };
	return { problem: 'has no IP address between the brackets; write it as name@example.com' };
}
