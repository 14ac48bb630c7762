/** What is wrong with a URL, to be read after its name, and what to do. Holds no part of it that may be secret. */
export class UrlProblem extends Error {
	override readonly name = 'UrlProblem';

	constructor(
		message: string,
		readonly remedy: string,
	) {
		super(message);
	}
}

/** A character that ends a part of a URL, in a place where it must not. */
export function unencoded(character: string): UrlProblem {
	const code = `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
	return new UrlProblem(
		`has a "${character}" that is not percent-encoded`,
		`In a user, password or database name, write it as ${code}.`,
	);
}
