import { z } from 'zod/v4';

import { callOf, parametersOf, type Version } from './callOf';
import { usesAgent, usesDataTable } from './storeOf';

/** A credential that a node names. */
export interface NamedCredential {
	node: string;
	/** `lmaApi`, `httpHeaderAuth`, … */
	type: string;
	/** Null when n8n has found none, or a template gives a name alone. */
	id: string | null;
	name: string;
}

/** Another workflow that is named. */
export interface NamedWorkflow {
	/** For a sentence: `node "Call"`, `the setting errorWorkflow`. */
	where: string;
	/** Null when it is only known at run time. */
	id: string | null;
	/** For a sentence, where there is no id: `by an expression`, `in a file`. */
	means?: string;
}

/** What of an n8n a workflow uses beside itself. */
export interface Reach {
	credentials: NamedCredential[];
	workflows: NamedWorkflow[];
	/** Nodes that read or write data tables of n8n. */
	dataTableNodes: string[];
	/** Nodes that talk to agents of n8n. */
	agentNodes: string[];
	/** Of its webhooks, forms, chats and MCP servers, without slashes around them. */
	webhookPaths: string[];
	/** Nodes whose path is only known at run time. */
	unknownPathNodes: string[];
}

const named = z.object({ id: z.string().nullish(), name: z.string().nullish() });
const pathAmong = z.looseObject({ path: z.unknown() });

/** Which nodes are called under a path of their own: a regular expression for their type, to JavaScript and PostgreSQL alike. */
export const LISTENING_TYPES = 'webhook|formTrigger|chatTrigger|mcpTrigger';

/** Workflows within workflows, written out in a node: deeper ones are not read. */
const MAX_DEPTH = 5;

/** What the nodes and the settings of a workflow or a template name, and those of the workflows written out in its nodes. */
export function reachOf(version: Version): Reach {
	return reachAt(version, 0);
}

function reachAt({ nodes, settings }: Version, depth: number): Reach {
	const calls = nodes.flatMap((node) => {
		const call = callOf(node);
		return call ? [{ node, ...call }] : [];
	});
	const inner = calls.flatMap(({ node, version }) =>
		version && depth < MAX_DEPTH ? [within(node, reachAt(version, depth + 1))] : [],
	);
	const named = calls.flatMap(({ node, id = null, means, version }) => {
		if (version && depth < MAX_DEPTH) return [];
		return [{ where: placeOf(node), id, means: version ? 'too deep within others' : means }];
	});
	return {
		credentials: [...nodes.flatMap(credentialsOf), ...inner.flatMap(({ credentials }) => credentials)],
		workflows: [...named, ...errorWorkflowOf(settings), ...inner.flatMap(({ workflows }) => workflows)],
		dataTableNodes: [
			...nodes.filter(usesDataTable).map(nameOf),
			...inner.flatMap(({ dataTableNodes }) => dataTableNodes),
		],
		agentNodes: [...nodes.filter(usesAgent).map(nameOf), ...inner.flatMap(({ agentNodes }) => agentNodes)],
		webhookPaths: nodes
			.flatMap(pathsOf)
			.filter((path) => !isExpression(path))
			.map(withoutSlashes),
		unknownPathNodes: nodes.filter((node) => pathsOf(node).some(isExpression)).map(nameOf),
	};
}

/** Newer forms have their path among the options. */
function pathsOf(node: Record<string, unknown>): string[] {
	if (!new RegExp(LISTENING_TYPES, 'i').test(String(node['type']))) return [];
	const { path, options } = parametersOf(node);
	return [path, pathAmong.safeParse(options).data?.path].filter(
		(one) => typeof one === 'string' && one !== '',
	) as string[];
}

function isExpression(path: string): boolean {
	return path.startsWith('=');
}

function withoutSlashes(path: string): string {
	return path.replace(/^\/+|\/+$/g, '');
}

/** Says of what a workflow within a node names where that is. Nobody calls its webhooks. */
function within(node: Record<string, unknown>, reach: Reach): Reach {
	const place = nameOf(node).slice(0, 28).toWellFormed();
	return {
		credentials: reach.credentials.map((one) => ({ ...one, node: `${place}/${one.node}` })),
		workflows: reach.workflows.map((one) => ({ ...one, where: `${placeOf(node)}, there in ${one.where}` })),
		dataTableNodes: reach.dataTableNodes.map((name) => `${place}/${name}`),
		agentNodes: reach.agentNodes.map((name) => `${place}/${name}`),
		webhookPaths: [],
		unknownPathNodes: [],
	};
}

/** The credentials of a node, in either form that n8n has: older exports give a name alone. */
export function credentialsOf(node: Record<string, unknown>): NamedCredential[] {
	const given = node['credentials'];
	if (typeof given !== 'object' || given === null) return [];
	return Object.entries(given).flatMap(([type, value]: [string, unknown]) => {
		if (typeof value === 'string') return [{ node: nameOf(node), type, id: null, name: value }];
		const parsed = named.safeParse(value);
		const { id, name } = parsed.success ? parsed.data : {};
		return value === null
			? []
			: [{ node: nameOf(node), type, id: id === undefined || id === '' ? null : id, name: name ?? '' }];
	});
}

function placeOf(node: Record<string, unknown>): string {
	return `node "${nameOf(node).slice(0, 60).toWellFormed()}"`;
}

function errorWorkflowOf(settings: Readonly<Record<string, unknown>> | null | undefined): NamedWorkflow[] {
	const id = settings?.['errorWorkflow'];
	if (typeof id !== 'string' || id === '' || id === 'DEFAULT') return [];
	return [{ where: 'the setting errorWorkflow', id }];
}

function nameOf(node: Record<string, unknown>): string {
	return String(node['name']);
}
