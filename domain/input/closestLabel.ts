/**
 * The label that a text means: letter case, space around it and whether words are joined by spaces, `_` or `-` do not matter,
 * so that `Closed Won` and `closed-won` are `CLOSED_WON`. What is written exactly comes first. Undefined when no label is
 * meant, or more than one.
 */
export function closestLabel<const Label extends string>(
	labels: readonly Label[],
	given: string,
): Label | undefined {
	const exact = labels.find((label) => label === given);
	if (exact !== undefined) return exact;
	for (const plain of [withoutCase, withoutJoints]) {
		const wanted = plain(given);
		const meant = labels.filter((label) => plain(label) === wanted);
		if (meant.length > 0) return meant.length === 1 ? meant[0] : undefined;
	}
	return undefined;
}

function withoutCase(text: string): string {
	return text.normalize('NFC').trim().toLowerCase();
}

function withoutJoints(text: string): string {
	return withoutCase(text).replace(/[\s_-]+/gu, ' ');
}
