import { isStickyNote } from './content';
import { markIn, nodeMark, type WorkflowDraft } from './draft';
import type { N8nWorkflow } from './n8nWorkflow';

/** The draft with the sticky notes that people have put on the canvas in n8n: they do nothing, and somebody has written them. */
export function withStickyNotes(
	draft: WorkflowDraft,
	remote: N8nWorkflow,
	registrationId: string,
): WorkflowDraft {
	const mark = nodeMark(registrationId);
	const taken = new Set(draft.nodes.map(({ name }) => name));
	const notes = remote.nodes
		.filter((node) => isStickyNote(node) && markIn(node['id']) !== mark)
		.map((node) => {
			const { id, position, parameters, typeVersion, type } = node as Record<string, unknown>;
			const name = String(node['name']);
			const free = taken.has(name) ? `${name} (${String(id).slice(0, 8)})` : name;
			taken.add(free);
			return { id: String(id), name: free, type, typeVersion, position, parameters };
		});
	return notes.length > 0 ? { ...draft, nodes: [...draft.nodes, ...notes] } : draft;
}
