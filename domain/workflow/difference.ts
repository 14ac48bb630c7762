import type { WorkflowDraft } from './draft';
import { canonicalJson } from './fingerprint';
import type { N8nWorkflow } from './n8nWorkflow';

/**
 * What n8n does not have of a draft, in words; null when it has all of it. n8n may add: defaults of settings, ids of
 * webhooks, the id of a credential it found by name.
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
		const lost = keysOf(node['credentials']).find((type) => !keysOf(found['credentials']).includes(type));
		if (lost) return `${label} has no credential of type ${lost}`;
	}
	const added = remote.nodes.find(({ name }) => !draft.nodes.some((node) => node.name === name));
	if (added) return `node "${String(added['name']).slice(0, 60)}" was added`;
	if (!isSame(draft.connections, remote.connections)) return 'the connections differ';
	const setting = Object.keys(draft.settings).find(
		(key) => !isSame(draft.settings[key], remote.settings?.[key]),
	);
	return setting ? `the setting ${setting} differs` : null;
}

function keysOf(value: unknown): string[] {
	return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function isSame(a: unknown, b: unknown): boolean {
	return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
