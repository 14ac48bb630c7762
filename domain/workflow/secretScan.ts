/** Values that are secrets wherever they stand. Nothing without a bound: templates are long, and not all are friendly. */
const SECRET_VALUES = [
	/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
	/\beyJ[\w-]{10,200}\.eyJ[\w-]{10}/,
	/\b(?:sk|rk)[-_](?:live|test|proj|ant)[-_][\w-]{16}/,
	/\bAKIA[0-9A-Z]{16}\b/,
	/\bgh[pousr]_[A-Za-z0-9]{30}/,
	/\bxox[abprs]-[\w-]{10}/,
	/\bAIza[\w-]{30}/,
	/\b(?:Bearer|Basic)\s{1,10}[\w.~+/-]{16}/i,
	/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{1,200}:[^\s/@{}]{1,200}@/i,
];

/** Names whose value is one, when it is written out. */
const SECRET_NAMES =
	/^(?:authorization|proxy-authorization|cookie|x-api-key|api[-_]?key|x-auth-token|access[-_]?token|auth[-_]?token|client[-_]?secret|secret|secret[-_]?key|password|passwd|private[-_]?key)$/i;

/**
 * Where in the nodes' parameters a secret is written out, as `node "Fetch", headerParameters.0.value`; null when none was
 * found. An expression is none: it says where the secret is kept. What a secret looks like is a guess, so this finds
 * what is put there by mistake, not what is hidden.
 */
export function findSecret(nodes: { name: string; parameters?: Record<string, unknown> }[]): string | null {
	for (const { name, parameters } of nodes) {
		const path = within(parameters, []);
		if (path) return `node "${name.slice(0, 60)}", ${path.join('.').slice(0, 100).toWellFormed()}`;
	}
	return null;
}

function within(value: unknown, path: string[]): string[] | null {
	if (typeof value === 'string') return isSecret(value) ? path : null;
	if (typeof value !== 'object' || value === null) return null;
	// `{ name: 'Authorization', value: '…' }`, as HTTP headers and query parameters are kept.
	if ('name' in value && 'value' in value && isNamedSecret(value.name, value.value))
		return [...path, 'value'];
	for (const [key, part] of Object.entries(value)) {
		if (isNamedSecret(key, part)) return [...path, key];
		const found = within(part, [...path, key]);
		if (found) return found;
	}
	return null;
}

function isNamedSecret(name: unknown, value: unknown): boolean {
	return (
		typeof name === 'string' &&
		SECRET_NAMES.test(name) &&
		typeof value === 'string' &&
		value.trim() !== '' &&
		!isExpression(value)
	);
}

function isSecret(value: string): boolean {
	const written = isExpression(value) ? outsideBraces(value) : value;
	return SECRET_VALUES.some((pattern) => pattern.test(written));
}

function isExpression(value: string): boolean {
	return value.startsWith('=') && value.includes('{{');
}

/** What is left without `{{ … }}`. A regular expression would look for the end once more at every beginning. */
function outsideBraces(value: string): string {
	let outside = '';
	let position = 0;
	for (;;) {
		const begin = value.indexOf('{{', position);
		const end = begin < 0 ? -1 : value.indexOf('}}', begin + 2);
		if (end < 0) return outside + value.slice(position);
		outside += value.slice(position, begin);
		position = end + 2;
	}
}
