/** Tags that say that a lead wants no more messages, where an organization names none of its own. */
export const DEFAULT_BLOCK_TAGS: readonly string[] = [
	'bounced',
	'DNC',
	'do not contact',
	'do not email',
	'do not mail',
	'do not text',
	'opt out',
	'opted out',
	'unsubscribe',
	'unsubscribed',
];

/** A tag as it is compared: `Do-not_Contact` and `do not contact` are the same. Empty for one without letters and digits. */
export function tagKey(tag: string): string {
	return tag
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}

/** The keys of these tags. */
export function blockingTags(tags: readonly string[]): ReadonlySet<string> {
	return new Set(tags.map(tagKey).filter((key) => key !== ''));
}
