/**
 * Not ASCII, and to be seen: no control, no joiner or direction mark, no space, nothing that Unicode does not know. Quotation marks
 * and brackets of a text that an address was copied out of are no part of it.
 */
const INTERNATIONAL = /^(?![\p{ASCII}\p{C}\p{Z}\p{Pi}\p{Pf}\p{Ps}\p{Pe}])./su;

/** Whether an international address (RFC 6531) may have this character, one that is not ASCII. */
export function isInternational(character: string): boolean {
	return INTERNATIONAL.test(character);
}

/** Letters outside ASCII small and composed (NFC), so that the database compares alike whatever its locale makes of them. */
export function inOneForm(text: string): string {
	if (!/\P{ASCII}/u.test(text)) return text;
	return text.replace(/\P{ASCII}+/gu, (run) => run.toLowerCase()).normalize('NFC');
}

/** What is wrong with an address for its first character that is not right; undefined when all are. */
export function wrongCharacter(text: string, isRight: (character: string) => boolean): string | undefined {
	const wrong = Array.from(text).find((character) => !isRight(character));
	if (wrong === undefined) return undefined;
	const code = (wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	const isVisible = /^(?![\p{C}\p{Z}])./su.test(wrong);
	return `contains the character ${isVisible ? `${wrong} (U+${code})` : `U+${code}`}, which cannot be there; take it out`;
}
