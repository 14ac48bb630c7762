/**
 * Whether a text can travel in a header of a request as a key or a token: visible ASCII alone. What copying puts into one,
 * such as a line break in the middle, `fetch` refuses with an error that repeats the whole.
 */
export function isHeaderToken(text: string): boolean {
	return /^[\x21-\x7e]+$/.test(text);
}
