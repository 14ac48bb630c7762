/** By the code of a connection that did not come about: what to look at. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
	[/^(ENOTFOUND|EAI_AGAIN)$/, 'Check the host name.'],
	[/^ECONNREFUSED$/, 'Check host and port, and that n8n is running.'],
	[
		/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/,
		'Its certificate is not known here: name the file of its authority in NODE_EXTRA_CA_CERTS, for the worker as well.',
	],
	[/^CERT_HAS_EXPIRED$/, 'Its certificate has expired: renew it.'],
	[/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'Its certificate is for another host name: use that one.'],
	[/^(EPROTO|ERR_SSL_\w+)$/, 'It does not speak TLS there: use http://, or another port.'],
	[/^(UND_ERR_SOCKET|ECONNRESET|HPE_\w+)$/, 'Check the port, and whether it should be https://.'],
];

/** What to do about an n8n that does not answer; empty when only its admin can know. */
export function remedyFor(code: string): string {
	return REMEDIES.find(([pattern]) => pattern.test(code))?.[1] ?? '';
}

/** What to do about a base URL under which there is no n8n; empty when it has no path. */
export function remedyForPath(baseUrl: string): string {
	const path = URL.canParse(baseUrl) ? new URL(baseUrl).pathname.replace(/\/+$/, '') : '';
	return path === '' ? '' : `Leave out ${path.slice(0, 60)}, unless n8n itself is served below it.`;
}

/** Where a redirect leads, without what may be secret; empty when nobody can say. */
export function remedyForRedirect(location: string | null, asked: string): string {
	if (location === null || !URL.canParse(location, asked)) return '';
	return `It wants another address, at ${new URL(location, asked).origin}: connect it with that one.`;
}
