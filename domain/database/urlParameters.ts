import type { SslMode } from './sslMode';
import { decodePart } from './urlParts';
import { UrlProblem } from './urlProblem';

/** What the part of a URL after `?` says. */
export interface DatabaseUrlParameters {
	sslMode: SslMode;
	/** File with the certificates to trust, for `verify-full`; undefined for those that the machine trusts. */
	sslRootCert?: string;
	/** Seconds that connecting may take. */
	connectTimeout?: number;
	/** What the server is told when a connection starts, by its names: `application_name`, `options`. */
	settings: Record<string, string>;
}

/**
 * Modes of libpq. There is no second try without TLS, so `allow` and `prefer` encrypt; `verify-ca` checks the host name
 * as well.
 */
const SSL_MODES: Readonly<Record<string, SslMode>> = {
	disable: 'disable',
	allow: 'require',
	prefer: 'require',
	require: 'require',
	'verify-ca': 'verify-full',
	'verify-full': 'verify-full',
};

const SETTINGS = ['application_name', 'options'] as const;
const KNOWN = ['host', 'port', 'sslmode', 'sslrootcert', 'channel_binding', 'connect_timeout', ...SETTINGS];

/** @throws UrlProblem for what LMA does not know, or cannot do */
export function readParameters(
	query: string,
): DatabaseUrlParameters & { host: string | undefined; port: string | undefined } {
	const given = readQuery(query);
	const sslMode = readSslMode(given.get('sslmode'));
	refuseChannelBinding(given.get('channel_binding'));
	const sslRootCert = readRootCert(given.get('sslrootcert'), sslMode);
	const connectTimeout = readSeconds(given.get('connect_timeout'));
	return {
		host: given.get('host'),
		port: given.get('port'),
		sslMode,
		...(sslRootCert !== undefined && { sslRootCert }),
		...(connectTimeout !== undefined && { connectTimeout }),
		settings: Object.fromEntries(
			SETTINGS.flatMap((name) => {
				const value = given.get(name);
				return value === undefined ? [] : [[name, value]];
			}),
		),
	};
}

function readQuery(query: string): Map<string, string> {
	const given = new Map<string, string>();
	for (const part of query.split('&').filter((text) => text !== '')) {
		const [name = ''] = part.split('=', 1);
		// What looks like no name may be the rest of a password.
		const shown = /^[a-z_]{1,40}$/i.test(name) ? `the parameter "${name}"` : 'a parameter';
		if (!KNOWN.includes(name) || !part.includes('='))
			throw new UrlProblem(
				`has ${shown} that LMA does not know`,
				`Leave it out; known are ${KNOWN.join(', ')}. A "?" in a password is written as %3F.`,
			);
		if (given.has(name)) throw new UrlProblem(`has ${shown} twice`, 'Leave one of them out.');
		given.set(name, decodePart(part.slice(name.length + 1)));
	}
	return given;
}

function readSslMode(mode = 'disable'): SslMode {
	const known = Object.hasOwn(SSL_MODES, mode) ? SSL_MODES[mode] : undefined;
	if (known) return known;
	throw new UrlProblem(
		'has an sslmode that there is not',
		'Choose disable, require (encrypts) or verify-full (also checks certificate and host name).',
	);
}

/** Neither driver binds a login to its TLS connection; to go on as if it did would be less than was asked for. */
function refuseChannelBinding(value = 'prefer'): void {
	if (['disable', 'prefer'].includes(value)) return;
	throw new UrlProblem(
		value === 'require'
			? 'asks for channel_binding=require, which LMA cannot do'
			: 'has a channel_binding that there is not',
		'Leave it out, and choose sslmode=verify-full, which makes sure of the server by its certificate.',
	);
}

function readRootCert(file: string | undefined, mode: SslMode): string | undefined {
	if (file === undefined) return undefined;
	if (mode === 'verify-full') return file === 'system' ? undefined : file;
	throw new UrlProblem(
		'has an sslrootcert, but an sslmode that checks no certificate',
		'Choose sslmode=verify-full, or leave sslrootcert out.',
	);
}

function readSeconds(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
	throw new UrlProblem('has a connect_timeout that is no number of seconds', 'Write one from 1 to 9999.');
}
