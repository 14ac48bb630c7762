/** A name that says that what follows it is a secret, and that. */
const NAMED_SECRET =
	/\b((?:password|passwd|pwd|secret|token|api[-_]?key|authorization)["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?[^\s,;]+/gi;

/**
 * Replaces e-mail addresses, phone numbers, the user, password and query of URLs, and what is named as a secret, such as
 * `password=…` or `Bearer …`; cuts at 500 characters.
 */
export function withoutPersonalData(text: string): string {
	return text
		.slice(0, 2_000)
		.replace(/\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, '$1[redacted]@')
		.replace(NAMED_SECRET, '$1[redacted]')
		.replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]')
		.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#]\S*/gi, '$1')
		.replace(/(?<!\[redacted\])[^\s<>"'(),;:=[\]]+@[^\s<>"'(),;:=[\]]+/g, '[address]')
		.replace(/\+\d[\d\s().-]{6,}\d/g, '[number]')
		.slice(0, 500);
}
