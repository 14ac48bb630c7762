/** Values that are secrets wherever they stand. */
const SECRET_VALUES = [
	/-----BEGIN [A-Z ]*PRIVATE KEY-----/,
	/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
	/\b(?:sk|rk)[-_](?:live|test|proj|ant)[-_][\w-]{16,}/,
	/\bAKIA[0-9A-Z]{16}\b/,
	/\bgh[pousr]_[A-Za-z0-9]{30,}/,
	/\bxox[abprs]-[\w-]{10,}/,
	/\bAIza[\w-]{30,}/,
	/\b(?:Bearer|Basic)\s+[\w.~+/-]{16,}=*/i,
	/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@{}]+@/i,
];

/** Names whose value is one, when it is written out. */
const SECRET_NAMES =
	/^(?:authorization|proxy-authorization|cookie|x-api-key|api-?key|apikey|x-auth-token|access-?token|auth-?token|client-?secret|secret|secret-?key|password|passwd|private-?key)$/i;

/**
 * Where in the nodes' parameters a secret is written out, as `node "Fetch", headerParameters.0.value`; null when none was
 * found. An expression is none: it says where the secret is kept. What a secret looks like is a guess, so this finds
 * what is put there by mistake, not what is hidden.
 */
export function findSecret(nodes: { name: string; parameters?: Record<string, unknown> }[]): string | null {
	for (const { name, parameters } of nodes) {
		const path = within(parameters, []);
		if (path) return `node "${name.slice(0, 60)}", ${path.join('.')}`;
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
	const written = isExpression(value) ? value.replaceAll(/\{\{.*?\}\}/gs, '') : value;
	return SECRET_VALUES.some((pattern) => pattern.test(written));
}

function isExpression(value: string): boolean {
	return value.startsWith('=') && value.includes('{{');
}
