import { unencoded, UrlProblem } from './urlProblem';

/** The parts of a `postgresql://` URL as they are written, still percent-encoded. Empty where there is none. */
interface UrlParts {
	user: string;
	password: string;
	host: string;
	port: string | undefined;
	database: string;
	query: string;
}

/**
 * Takes a URL apart. A character of a password that is not percent-encoded would move the borders: what follows it would be
 * called the host. So each is named that can be told.
 * @throws UrlProblem
 */
export function splitDatabaseUrl(text: string): UrlParts {
	const rest = /^postgres(?:ql)?:\/\/(.*)$/is.exec(text)?.[1];
	if (rest === undefined)
		throw new UrlProblem(
			'is not a PostgreSQL URL',
			'It should look like postgres://user:password@host:5432/database.',
		);
	refuseUnencoded(rest);
	const {
		authority = '',
		path = '',
		query = '',
	} = /^(?<authority>[^/?]*)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/.exec(rest)?.groups ?? {};
	// An "@" behind the path's begin was meant for the host: what begins the path is of the password.
	if (path.includes('@')) throw unencoded(authority.includes('@') ? '@' : '/');
	if (path.includes('/')) throw unencoded('/');
	const at = authority.indexOf('@');
	if (at === -1 && path === '' && query.includes('@')) throw unencoded('?');
	if (authority.includes('@', at + 1)) throw unencoded('@');
	const login = authority.slice(0, Math.max(at, 0));
	const [user = ''] = login.split(':', 1);
	return {
		user,
		password: login.slice(user.length + 1),
		...splitAddress(authority.slice(at + 1)),
		database: path,
		query,
	};
}

function refuseUnencoded(rest: string): void {
	if (/[\s\p{Cc}]/u.test(rest))
		throw new UrlProblem('has a space or a line break in it', 'Write a space as %20.');
	if (rest.includes('#')) throw unencoded('#');
	if (/%(?![0-9a-f]{2})/i.test(rest)) throw unencoded('%');
}

function splitAddress(address: string): Pick<UrlParts, 'host' | 'port'> {
	const inBrackets = /^\[([0-9a-f:.]+(?:%25[\w.-]+)?)\](?::(.*))?$/i.exec(address);
	if (inBrackets) return { host: inBrackets[1] ?? '', port: inBrackets[2] };
	if (/[[\]]/.test(address))
		throw new UrlProblem('has square brackets that hold no IPv6 address', 'Write one as [2001:db8::5].');
	const [host = '', ...ports] = address.split(':');
	if (ports.length > 1 && !address.includes(','))
		throw new UrlProblem(
			'has more than one ":" after its host',
			'Write an IPv6 address in square brackets, as in [2001:db8::5]:5432.',
		);
	return { host: address.includes(',') ? address : host, port: address.includes(',') ? undefined : ports[0] };
}

/** @throws UrlProblem where the bytes are no text */
export function decodePart(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new UrlProblem('has percent-encoded bytes that are not UTF-8', 'Encode each character as UTF-8.');
	}
}
