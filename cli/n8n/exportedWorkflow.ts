import { readFileSync } from 'node:fs';
import { z } from 'zod/v4';

import type { WorkflowBody } from '../../n8n/workflowCalls';
import { CommandFailedError } from '../terminal/failure';

const nodeSchema = z.looseObject({
	name: z.string().min(1),
	type: z.string().min(1),
	credentials: z.record(z.string(), z.object({ id: z.string().nullish(), name: z.string() })).optional(),
});

const templateSchema = z.looseObject({
	name: z.string().min(1),
	nodes: z.array(nodeSchema).min(1),
	connections: z.record(z.string(), z.unknown()),
	settings: z.record(z.string(), z.unknown()).default({}),
});

/** A workflow as n8n exports and imports it. */
export type ExportedWorkflow = z.infer<typeof templateSchema>;

/** Reads an exported workflow. @throws Error that names the file and the field when it is not one. */
export function readWorkflowTemplate(file: string): ExportedWorkflow {
	const parsed = templateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
	if (parsed.success) return parsed.data;
	const { path = [], message = '' } = parsed.error.issues[0] ?? {};
	throw new CommandFailedError(`${file} is not an n8n workflow: ${path.join('.')}: ${message}`);
}

/** The types of the credentials that the nodes of a template ask for. */
export function credentialTypes(template: ExportedWorkflow): string[] {
	return [...new Set(template.nodes.flatMap((node) => Object.keys(node.credentials ?? {})))];
}

/**
 * The template with the credentials of one n8n filled in, ready to be sent.
 * @param credentials by credential type; a type that is not named stays as the template has it.
 */
export function toWorkflowBody(
	template: ExportedWorkflow,
	credentials: Record<string, { id: string; name: string }>,
): WorkflowBody {
	const nodes = template.nodes.map((node) => {
		const slots = Object.entries(node.credentials ?? {});
		if (slots.length === 0) return node;
		return {
			...node,
			credentials: Object.fromEntries(slots.map(([type, slot]) => [type, fill(type, slot)])),
		};
	});
	return { name: template.name, nodes, connections: template.connections, settings: template.settings };

	function fill(type: string, slot: { id?: string | null | undefined; name: string }) {
		const known = credentials[type];
		return known ? { id: known.id, name: known.name } : slot;
	}
}
