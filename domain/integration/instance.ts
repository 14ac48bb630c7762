/** Names that a machine has for itself, as a URL writes them. */
const LOCAL =
	/^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/;

/**
 * Whether two base URLs lead to the same n8n, as far as they tell: letter case, the default port, a slash at the end, the scheme and the
 * ways to write this machine make no difference. Two names for one address are not seen through.
 */
export function isSameInstance(one: string, other: string): boolean {
	return identityOf(one) === identityOf(other);
}

function identityOf(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return baseUrl;
	const { hostname, port, pathname } = new URL(baseUrl);
	const name = hostname.replace(/\.$/, '');
	const host = LOCAL.test(name) ? 'localhost' : name;
	return `${host}:${port}${pathname.replace(/\/+$/, '')}`;
}
