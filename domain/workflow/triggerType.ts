import type { WorkflowTemplate } from './template';

// Triggers whose type does not say so.
const ALSO_TRIGGERS = new Set(['webhook', 'cron', 'interval', 'start']);

/**
 * `webhook`, `schedule`, `lma`, …: the type of the first enabled trigger node without package and suffix. A manual
 * trigger counts only when there is no other. Null when there is none.
 */
export function triggerTypeOf({
	nodes,
}: {
	nodes: readonly { type: WorkflowTemplate['nodes'][number]['type']; disabled?: boolean | undefined }[];
}): string | null {
	const types = nodes
		.filter(({ disabled }) => !disabled)
		.map(({ type }) => type.slice(type.lastIndexOf('.') + 1))
		.filter((type) => type.endsWith('Trigger') || ALSO_TRIGGERS.has(type))
		.map((type) => type.replace(/Trigger$/, ''));
	const found = types.find((type) => type !== 'manual') ?? types[0];
	return found ? found.slice(0, 100).toWellFormed() : null;
}
