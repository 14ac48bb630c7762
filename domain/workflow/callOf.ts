import { z } from 'zod/v4';

const locator = z.looseObject({ value: z.unknown() });
const inline = z.looseObject({
	nodes: z.array(z.record(z.string(), z.unknown())).default([]),
	settings: z.record(z.string(), z.unknown()).nullish(),
});

/** What of a workflow names others. */
export interface Version {
	nodes: readonly Record<string, unknown>[];
	settings?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What a node runs: a workflow by its id, one that is written out in the node, or, by some means, one not known before. */
export interface Call {
	id?: string;
	version?: Version;
	/** For a sentence: `by an expression`, `in a file`. */
	means?: string;
}

const BY_EXPRESSION: Call = { means: 'by an expression' };

/** Of nodes that run another workflow, Execute Workflow, the workflow tool and retriever of agents; null for any other, and with nothing filled in. */
export function callOf(node: Record<string, unknown>): Call | null {
	if (!/\.(executeWorkflow|toolWorkflow|retrieverWorkflow)(Hitl)?(Tool)?$/.test(String(node['type'])))
		return null;
	const { source = 'database', workflowId, workflowJson } = parametersOf(node);
	if (source === 'parameter') return writtenOut(workflowJson);
	if (source === 'localFile') return { means: 'in a file' };
	if (source === 'url') return { means: 'behind a URL' };
	if (source !== 'database') return BY_EXPRESSION;
	const value = locator.safeParse(workflowId).data?.value ?? workflowId;
	if (value === undefined || value === '') return null;
	return typeof value === 'string' && !value.startsWith('=') ? { id: value } : BY_EXPRESSION;
}

function writtenOut(json: unknown): Call | null {
	if (json === undefined || json === null || (typeof json === 'string' && json.trim() === '')) return null;
	if (typeof json === 'string' && json.startsWith('=')) return BY_EXPRESSION;
	const version = inline.safeParse(typeof json === 'string' ? parsed(json) : json).data;
	return version ? { version } : { means: 'in JSON that cannot be read' };
}

/** Undefined when it is not JSON. */
function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}

/** Of a node; empty when it has none. */
export function parametersOf(node: Record<string, unknown>): Record<string, unknown> {
	const parameters = node['parameters'];
	return typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {};
}
