import { createHash } from 'node:crypto';

import { canonicalJson } from '../canonicalJson';
import { valueOfSetting } from './settings';

/** What a workflow does, reduced to what tells one version from another: names and hashes, and no value of a parameter. */
export interface WorkflowContent {
	name: string;
	nodes: ContentNode[];
	/** Hash of what leads where. */
	connections: string;
	/** Hash of each setting that is not as n8n has it by itself. */
	settings: Record<string, string>;
}

interface ContentNode {
	id: string;
	name: string;
	/** Hash of each key of the node that has a value. */
	parts: Record<string, string>;
}

/** What `contentOf` looks at; a version of a workflow has neither name nor settings of its own. */
export interface WorkflowVersion {
	nodes: readonly Record<string, unknown>[];
	connections: Record<string, unknown>;
}

/** Keys of a node that make it do something else. Not its place on the canvas, nor the id of its webhook, which n8n gives. */
const PARTS = [
	'type',
	'typeVersion',
	'parameters',
	'credentials',
	'disabled',
	'notes',
	'executeOnce',
	'alwaysOutputData',
	'retryOnFail',
	'maxTries',
	'waitBetweenTries',
	'continueOnFail',
	'onError',
];

/** What the editor keeps beside a choice, to show it without asking. */
const SHOWN_ONLY = new Set(['cachedResultName', 'cachedResultUrl']);

/**
 * The content of a workflow, in one form whatever the editor made of it: positions, sticky notes, the order of keys and of
 * connections, and empty values say nothing.
 */
export function contentOf(
	workflow: WorkflowVersion & { name: string; settings?: Record<string, unknown> | null | undefined },
): WorkflowContent {
	return {
		name: workflow.name,
		...versionOf(workflow),
		settings: Object.fromEntries(
			Object.entries(workflow.settings ?? {})
				.map(([key, value]) => [key, valueOfSetting(key, value)] as const)
				.filter(([, value]) => value !== undefined)
				.map(([key, value]) => [key, hashOf(value)]),
		),
	};
}

/** The part of it that belongs to one version: a published one has its own. */
export function versionOf({
	nodes,
	connections,
}: WorkflowVersion): Pick<WorkflowContent, 'nodes' | 'connections'> {
	const working = nodes.filter((node) => !isStickyNote(node));
	const idOf = new Map(working.map((node) => [String(node['name']), String(node['id'] ?? node['name'])]));
	return {
		nodes: working.map((node) => {
			const name = String(node['name']);
			return { id: idOf.get(name) ?? name, name, parts: partsOf(node) };
		}),
		connections: hashOf(edgesOf(connections, idOf)),
	};
}

/** A note on the canvas, which does nothing. */
export function isStickyNote(node: Record<string, unknown>): boolean {
	return node['type'] === 'n8n-nodes-base.stickyNote';
}

/** SHA-256 of a content: what two workflows that do the same have in common. */
export function contentHashOf(content: WorkflowContent): string {
	return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function partsOf(node: Record<string, unknown>): Record<string, string> {
	const given = PARTS.map((key) => {
		const value = key === 'credentials' ? credentialIds(node[key]) : withoutEmpty(node[key]);
		return [key, value] as const;
	});
	return Object.fromEntries(
		// What is switched off is what a node is by itself.
		given
			.filter(([, value]) => value !== undefined && value !== false)
			.map(([key, value]) => [key, hashOf(value)]),
	);
}

/** Which credential of each type: n8n keeps the name beside it, and renews that when it likes. */
function credentialIds(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return undefined;
	const ids = Object.entries(value as Record<string, { id?: unknown; name?: unknown } | string | null>).map(
		([type, named]) => [type, typeof named === 'string' ? named : (named?.id ?? named?.name ?? null)],
	);
	return ids.length > 0 ? Object.fromEntries(ids) : undefined;
}

/** Without what the editor leaves out or adds as it likes: null, '', {} and [] as values of a key. */
function withoutEmpty(value: unknown): unknown {
	if (Array.isArray(value))
		return value.length > 0 ? value.map((part) => withoutEmpty(part) ?? null) : undefined;
	if (value === null || value === undefined || value === '') return undefined;
	if (typeof value !== 'object') return value;
	const kept = Object.entries(value)
		.filter(([key]) => !SHOWN_ONLY.has(key))
		.map(([key, part]) => [key, withoutEmpty(part)] as const)
		.filter(([, part]) => part !== undefined);
	return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** One line for each connection, by the ids of nodes, so that a node's new name is not a new connection. */
function edgesOf(connections: Record<string, unknown>, idOf: Map<string, string>): string[] {
	const edges: string[] = [];
	for (const [from, kinds] of Object.entries(connections)) {
		for (const [kind, outputs] of Object.entries((kinds ?? {}) as Record<string, unknown>)) {
			(Array.isArray(outputs) ? outputs : []).forEach((targets: unknown, output) => {
				for (const to of (Array.isArray(targets) ? targets : []) as Record<string, unknown>[]) {
					const target = idOf.get(String(to['node'])) ?? to['node'];
					edges.push(canonicalJson([idOf.get(from) ?? from, kind, output, target, to['type'], to['index']]));
				}
			});
		}
	}
	return edges.sort();
}

function hashOf(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}
