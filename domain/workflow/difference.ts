import type { WorkflowDraft } from './draft';
import { isStickyNote } from './content';
import { canonicalJson } from '../canonicalJson';
import type { N8nWorkflow } from './n8nWorkflow';
import { credentialsOf } from './reach';

/** How a node runs, and what is written on it; empty, and switched off, is as if it was not there. */
const OPTIONS = [
	'onError',
	'continueOnFail',
	'retryOnFail',
	'maxTries',
	'waitBetweenTries',
	'executeOnce',
	'alwaysOutputData',
	'notes',
	'notesInFlow',
];

/**
 * What n8n does not have of a draft's nodes and connections, in words; null when it has all of it. n8n may add: ids of
 * webhooks, names of credentials; people may add sticky notes. Of settings `settingsNotKept` tells.
 */
export function differenceFrom(draft: WorkflowDraft, remote: N8nWorkflow): string | null {
	const kept = new Map(remote.nodes.map((node) => [node['name'], node as Record<string, unknown>]));
	for (const node of draft.nodes) {
		const found = kept.get(node.name);
		const label = `node "${node.name.slice(0, 60)}"`;
		if (!found) return `${label} is missing`;
		const key = ['type', 'typeVersion', 'parameters'].find((one) => !isSame(node[one], found[one]));
		if (key) return `${label} has a different value for ${key}`;
		if ((node['disabled'] === true) !== (found['disabled'] === true))
			return `${label} differs in whether it is disabled`;
		const option = OPTIONS.find((one) => !isSame(orNothing(node[one]), orNothing(found[one])));
		if (option) return `${label} has a different value for ${option}`;
		const wanted = credentialsOf(node);
		const bound = new Map(credentialsOf(found).map(({ type, id }) => [type, id]));
		const lost = wanted.find(({ type }) => !bound.has(type));
		if (lost) return `${label} has no credential of type ${lost.type}`;
		const other = wanted.find(({ type, id }) => id !== null && bound.get(type) !== id);
		if (other)
			return `${label} has another credential of type ${other.type} than the one with the id ${other.id}`;
		const extra = [...bound.keys()].find((type) => !wanted.some((one) => one.type === type));
		if (extra) return `${label} has a credential of type ${extra}`;
	}
	const added = remote.nodes.find(
		(node) => !isStickyNote(node) && !draft.nodes.some(({ name }) => name === node['name']),
	);
	if (added) return `node "${String(added['name']).slice(0, 60)}" was added`;
	return isSame(draft.connections, remote.connections) ? null : 'the connections differ';
}

function isSame(a: unknown, b: unknown): boolean {
	return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function orNothing(value: unknown): unknown {
	return value === '' || value === false ? null : value;
}
