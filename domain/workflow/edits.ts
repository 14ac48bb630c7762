import type { WorkflowContent } from './content';

/** What people have changed of a workflow in n8n since it was last brought to what is wanted. */
export interface WorkflowEdits {
	/** Its own name. */
	name?: { from: string; to: string };
	/** Names of nodes. */
	added: string[];
	removed: string[];
	renamed: { from: string; to: string }[];
	/** By their names now; `parts` are keys of the node, such as `parameters`. */
	changed: { node: string; parts: string[] }[];
	/** What leads where, other than from and to such nodes by their new names. */
	connections: boolean;
	/** Names of settings. */
	settings: string[];
}

/** What differs between what was last written and what n8n has now; null when nothing does. */
export function editsBetween(
	written: WorkflowContent,
	found: Pick<WorkflowContent, 'nodes' | 'connections'> & Partial<WorkflowContent>,
): WorkflowEdits | null {
	const byId = new Map(written.nodes.map((node) => [node.id, node]));
	const byName = new Map(written.nodes.map((node) => [node.name, node]));
	const ids = new Set(found.nodes.map(({ id }) => id));
	const pairs = found.nodes.map((node) => {
		const namesake = byName.get(node.name);
		// Copied and pasted in its place, it has a new id.
		const before = byId.get(node.id) ?? (namesake && !ids.has(namesake.id) ? namesake : undefined);
		return { node, before };
	});
	const kept = new Set(pairs.map(({ before }) => before));
	const edits: WorkflowEdits = {
		...(found.name !== undefined &&
			found.name !== written.name && { name: { from: written.name, to: found.name } }),
		added: pairs.filter(({ before }) => !before).map(({ node }) => node.name),
		removed: written.nodes.filter((node) => !kept.has(node)).map(({ name }) => name),
		renamed: pairs.flatMap(({ node, before }) =>
			before && before.name !== node.name ? { from: before.name, to: node.name } : [],
		),
		changed: pairs.flatMap(({ node, before }) => {
			const parts = before ? differingKeys(before.parts, node.parts) : [];
			return parts.length > 0 ? { node: node.name, parts } : [];
		}),
		// By the ids of nodes: one that was pasted anew has moved its connections, too.
		connections: found.connections !== written.connections,
		settings: found.settings ? differingKeys(written.settings, found.settings) : [],
	};
	return edits.name || isOfContent(edits) ? edits : null;
}

/** Whether a new version of the template would undo them: not those of the name, which stays. */
export function isOfContent(edits: WorkflowEdits): boolean {
	const { added, removed, renamed, changed, connections, settings } = edits;
	return connections || [added, removed, renamed, changed, settings].some((list) => list.length > 0);
}

function differingKeys(a: Record<string, string>, b: Record<string, string>): string[] {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]).sort();
}
