import { createHash } from 'node:crypto';

import type { WorkflowTemplate } from './template';

/** What n8n's public API takes to make or replace a workflow. */
export interface WorkflowDraft {
	name: string;
	nodes: (Record<string, unknown> & { id: string; name: string })[];
	connections: WorkflowTemplate['connections'];
	settings: Record<string, unknown>;
}

/** Keys of a node that n8n 2.8 to 2.40 take; it refuses the whole workflow for another one. */
const NODE_KEYS = [
	'name',
	'type',
	'typeVersion',
	'position',
	'parameters',
	'credentials',
	'disabled',
	'notes',
	'notesInFlow',
	'executeOnce',
	'alwaysOutputData',
	'retryOnFail',
	'maxTries',
	'waitBetweenTries',
	'continueOnFail',
	'onError',
];

/**
 * The workflow that a template stands for, as one n8n is to have it. Nodes get ids made from `registrationId`, the same ones
 * every time: n8n keeps them from the first moment and never shows them, so a workflow that was made just before a
 * crash is known by them. Webhooks get ids of their own, since those of the template are taken where it comes from.
 * Credentials and settings are those of the template: see `resolveDraft` and `settingsFor` for what one n8n takes.
 */
export function draftOf(
	registrationId: string,
	{ name, template }: { name: string; template: WorkflowTemplate },
): WorkflowDraft {
	return {
		name,
		nodes: template.nodes.map((node) => ({
			typeVersion: 1,
			parameters: {},
			...chosen(node, NODE_KEYS),
			name: node.name,
			id: nodeId(registrationId, node.name),
			...(typeof node['webhookId'] === 'string' && {
				webhookId: nodeId(registrationId, `webhook ${node.name}`),
			}),
		})),
		connections: template.connections,
		settings: template.settings,
	};
}

/** The id of a node in n8n: a UUID that nobody else has (RFC 9562, version 8). Begins with `nodeMark`. */
function nodeId(registrationId: string, nodeName: string): string {
	const hash = createHash('sha256').update(`${registrationId} ${nodeName}`).digest('hex');
	return `${nodeMark(registrationId)}-8${hash.slice(0, 3)}-${hash.slice(3, 15)}`;
}

/** What the ids of all nodes begin with that were made for a registration, whatever they are called. */
export function nodeMark(registrationId: string): string {
	const hash = createHash('sha256').update(registrationId).digest('hex');
	return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(12, 15)}`;
}

/** The mark in the id of a node, if it has one. */
export function markIn(id: unknown): string {
	return String(id).slice(0, 18);
}

function chosen(from: Record<string, unknown>, keys: string[]): Record<string, unknown> {
	const given = keys.filter((key) => from[key] !== undefined && from[key] !== null);
	return Object.fromEntries(given.map((key) => [key, from[key]]));
}
