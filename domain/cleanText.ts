/** Replaces e-mail addresses, phone numbers and the user, password and query of URLs; cuts at 500 characters. */
export function withoutPersonalData(text: string): string {
	return text
		.slice(0, 2_000)
		.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1[redacted]@')
		.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#]\S*/gi, '$1')
		.replace(/(?<!\[redacted\])[^\s<>"'(),;:=[\]]+@[^\s<>"'(),;:=[\]]+/g, '[address]')
		.replace(/\+\d[\d\s().-]{6,}\d/g, '[number]')
		.slice(0, 500);
}
