import { z } from 'zod/v4';

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
	/** Null when it is only known at run time, from an expression. */
	id: string | null;
}

/** What of an n8n a workflow uses beside itself. */
export interface Reach {
	credentials: NamedCredential[];
	workflows: NamedWorkflow[];
	/** Nodes that read or write data tables of n8n. */
	dataTableNodes: string[];
	/** Of its webhooks and forms, without slashes around them. */
	webhookPaths: string[];
}

const named = z.object({ id: z.string().nullish(), name: z.string().nullish() });
const locator = z.looseObject({ value: z.unknown() });

/** What the nodes and the settings of a workflow or a template name. */
export function reachOf({
	nodes,
	settings,
}: {
	nodes: readonly Record<string, unknown>[];
	settings?: Readonly<Record<string, unknown>> | null | undefined;
}): Reach {
	return {
		credentials: nodes.flatMap(credentialsOf),
		workflows: [...nodes.flatMap(workflowsOf), ...errorWorkflowOf(settings)],
		dataTableNodes: nodes.filter((node) => /\.dataTable(Tool)?$/.test(String(node['type']))).map(nameOf),
		webhookPaths: nodes.flatMap((node) => {
			const path = parametersOf(node)['path'];
			const isOpen = /webhook|formTrigger|chatTrigger/i.test(String(node['type']));
			return isOpen && typeof path === 'string' && path !== '' ? [path.replace(/^\/+|\/+$/g, '')] : [];
		}),
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
		return value === null ? [] : [{ node: nameOf(node), type, id: id === undefined || id === '' ? null : id, name: name ?? '' }];
	});
}

/** Nodes that run another workflow: Execute Workflow, the workflow tool and retriever of agents. */
function workflowsOf(node: Record<string, unknown>): NamedWorkflow[] {
	if (!/\.(executeWorkflow|toolWorkflow|retrieverWorkflow)$/.test(String(node['type']))) return [];
	const parameters = parametersOf(node);
	// Its JSON is written out in the node, or lies in a file or behind a URL.
	if (parameters['source'] !== undefined && parameters['source'] !== 'database') return [];
	const value = locator.safeParse(parameters['workflowId']).data?.value ?? parameters['workflowId'];
	if (value === undefined || value === '') return [];
	const isFixed = typeof value === 'string' && !value.startsWith('=');
	return [{ where: `node "${nameOf(node).slice(0, 60).toWellFormed()}"`, id: isFixed ? value : null }];
}

function errorWorkflowOf(settings: Readonly<Record<string, unknown>> | null | undefined): NamedWorkflow[] {
	const id = settings?.['errorWorkflow'];
	if (typeof id !== 'string' || id === '' || id === 'DEFAULT') return [];
	return [{ where: 'the setting errorWorkflow', id }];
}

function parametersOf(node: Record<string, unknown>): Record<string, unknown> {
	const parameters = node['parameters'];
	return typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {};
}

function nameOf(node: Record<string, unknown>): string {
	return String(node['name']);
}
