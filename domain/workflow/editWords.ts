import type { WorkflowEdits } from './edits';

const MOST_NAMED = 5;

/** What is known of a workflow's edits. */
export interface ObservedEdits {
	draft: WorkflowEdits | null;
	/** Of the published version; null also when none is published. */
	published: WorkflowEdits | null;
	isPublished: boolean;
}

/** The edits in a sentence or two, draft and published version apart; null when there are none. */
export function wordsOfEdits({ draft, published, isPublished }: ObservedEdits): string | null {
	const drafted = draft && listOf(draft);
	const live = published && listOf(published);
	if (!drafted && !live) return null;
	if (!live) {
		const where = isPublished && draft && !isOfNameOrSettings(draft) ? 'Its draft was' : 'It was';
		const rest = isPublished && where === 'Its draft was' ? ' The published version is unchanged.' : '';
		return `${where} edited in n8n: ${drafted}.${rest}`;
	}
	if (!drafted)
		return `The version that is published in n8n is another one: ${live}. Its draft is unchanged.`;
	if (drafted === live) return `It was edited in n8n, and the edits are published: ${live}.`;
	return `It was edited in n8n: ${drafted}. Of that, or besides, the published version has: ${live}.`;
}

/** Name and settings have no draft: they hold at once. */
function isOfNameOrSettings({ added, removed, renamed, changed, connections }: WorkflowEdits): boolean {
	return !connections && [added, removed, renamed, changed].every((list) => list.length === 0);
}

function listOf(edits: WorkflowEdits): string {
	const { name, added, removed, renamed, changed, connections, settings } = edits;
	return [
		...(name ? [`its name is now ${quoted(name.to)}`] : []),
		...named(added, (node) => `node ${quoted(node)} added`),
		...named(removed, (node) => `node ${quoted(node)} removed`),
		...named(renamed, ({ from, to }) => `node ${quoted(from)} renamed to ${quoted(to)}`),
		...named(changed, ({ node, parts }) => `node ${quoted(node)} changed (${parts.join(', ')})`),
		...(connections ? ['connections changed'] : []),
		...(settings.length > 0 ? [`settings changed (${settings.join(', ')})`] : []),
	].join('; ');
}

function named<T>(list: readonly T[], words: (one: T) => string): string[] {
	const more = list.length - MOST_NAMED;
	return [...list.slice(0, MOST_NAMED).map(words), ...(more > 0 ? [`and ${more} more of these`] : [])];
}

/** A name of a node or a workflow, cut so that a sentence stays one. */
function quoted(name: string): string {
	return `"${(name.length > 60 ? `${name.slice(0, 57)}…` : name).toWellFormed()}"`;
}
