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

/** Those of them that forbid every message, also one that the lead asked for. Who has unsubscribed still gets an invoice. */
const DO_NOT_CONTACT_TAGS = ['DNC', 'do not contact', 'do not email', 'do not mail', 'do not text'];

/** Those of these tags that say that the lead must not be contacted at all. */
export function doNotContactTags(tags: readonly string[]): string[] {
	const all = blockingTags(DO_NOT_CONTACT_TAGS);
	return tags.filter((tag) => all.has(tagKey(tag)));
}

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
