import { inOneForm, isInternational, wrongCharacter } from './addressCharacter';
import { type AddressPart, readEmailDomain } from './emailDomain';

/** The address as it is stored, or what is wrong with it and, after a semicolon, what to do. */
export type AddressReading =
	{ address: string; problem?: undefined } | { address?: undefined; problem: string };

/** What clings to a text that was copied: white space, and marks that nobody sees. */
const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
/** `Ada Lovelace <ada@example.com>`, `"Lovelace, Ada" <ada@example.com>`, `<ada@example.com>`. */
const NAMED = /^(?:"(?:[^"\\]|\\.)*"|([^<>"]*))\s*<([^<>]*)>$/su;
const QUOTED = /^"((?:[^"\\]|\\.)*)"@([^@]*)$/su;
/** atext of RFC 5321, and the dot. */
const ATOMS = /^[\w.!#$%&'*+/=?^`{|}~-]+$/;

/**
 * Reads an e-mail address as people and programs write it: alone, behind a name, or as a `mailto:` link. Takes every address
 * that RFC 5321 allows and that has a dot in its domain, international ones (RFC 6531) too. It stays as it is written,
 * letter case included, but for what does not make it another address: letters outside ASCII become small ones (NFC), a dot
 * at the end goes, and so do quotes that nothing needs. A problem repeats nothing but the one character that is not allowed.
 */
export function readEmailAddress(given: string): AddressReading {
	const text = given.replace(EDGES, '').replace(/[\s;,]+$/u, '');
	if (text === '')
		return { problem: 'is empty, which is not an e-mail address; write it as name@example.com' };
	const [, name = '', inner] = NAMED.exec(text) ?? [];
	const written = fromLink((inner ?? text).replace(EDGES, ''));
	if (written === undefined) return { problem: 'is a mailto: link that cannot be read; write the address' };
	const [, quoted, behind] = QUOTED.exec(written) ?? [];
	if ((quoted === undefined && addressesIn(written).length > 1) || namesAnother(name, written)) {
		return { problem: 'holds more than one address; give one of them' };
	}
	const at = written.lastIndexOf('@');
	if (at < 1 || at === written.length - 1) {
		return { problem: 'is not an e-mail address; write it as name@example.com' };
	}
	const local = quoted === undefined ? readLocal(written.slice(0, at)) : readQuoted(quoted);
	if (local.problem !== undefined) return { problem: local.problem };
	const domain = readEmailDomain(behind ?? written.slice(at + 1));
	return domain.problem === undefined ? { address: `${local.part}@${domain.part}` } : domain;
}

/** `mailto:ada%40example.com?subject=Hello` is ada@example.com. Undefined when its escapes are broken. */
function fromLink(text: string): string | undefined {
	if (!/^mailto:/i.test(text)) return text;
	try {
		return decodeURIComponent(text.slice('mailto:'.length).split('?', 1)[0] ?? '').trim();
	} catch {
		return undefined;
	}
}

function addressesIn(text: string): string[] {
	return text.split(/[\s;,<>]+/u).filter((word) => /.@./u.test(word));
}

/** A name may repeat its address: `ada@example.com <ada@example.com>`. */
function namesAnother(name: string, address: string): boolean {
	return addressesIn(name).some((word) => word.replace(/^'|'$/g, '').toLowerCase() !== address.toLowerCase());
}

function readLocal(text: string): AddressPart {
	if (/^\.|\.$|\.\./.test(text)) return { problem: 'has a dot too many before the @; take it out' };
	const wrong = ATOMS.test(text)
		? undefined
		: wrongCharacter(text, (one) => ATOMS.test(one) || isInternational(one));
	return wrong === undefined ? { part: inOneForm(text) } : { problem: wrong };
}

/** What stands in quotes may hold almost anything; angle brackets would end the address on its way to the server. */
function readQuoted(inner: string): AddressPart {
	const plain = inner.replace(/\\(.)/gsu, '$1');
	const wrong = wrongCharacter(plain, (one) => /^[ -;=?-~]$/.test(one) || isInternational(one));
	if (wrong !== undefined) return { problem: wrong };
	const bare = readLocal(plain);
	if (plain !== '' && bare.problem === undefined) return bare;
	return { part: `"${inOneForm(plain).replace(/["\\]/g, '\\$&')}"` };
}
