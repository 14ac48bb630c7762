import { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { isStorable } from '../input/json';
import { plainly } from '../input/plainly';
import { findSecret } from './secretScan';

/** Largest template, in characters of JSON. */
const LARGEST_TEMPLATE = 1_000_000;
const DEEPEST = 100;

const node = z.looseObject({
	name: z.string().min(1).max(255),
	type: z.string().min(1).max(255),
	typeVersion: z.number().optional(),
	position: z.tuple([z.number(), z.number()]),
	parameters: z.record(z.string(), z.unknown()).optional(),
	id: z.string().optional(),
	disabled: z.boolean().optional(),
	credentials: z.record(z.string(), z.unknown()).optional(),
});

const target = z.looseObject({ node: z.string(), type: z.string(), index: z.int().min(0) });

const templateSchema = z.object({
	nodes: z.array(node).min(1, 'is empty'),
	connections: z
		.record(z.string(), z.record(z.string(), z.array(z.array(target).nullish())))
		.default(() => ({})),
	settings: z.record(z.string(), z.unknown()).default(() => ({})),
});

/** The part of an exported workflow that belongs to every copy of it. */
export type WorkflowTemplate = z.output<typeof templateSchema>;

/**
 * Reads a workflow as n8n exports it. Keeps nodes, connections and settings: ids, tags and versions are those of the
 * instance it came from, and pinned and static data is that of somebody's runs. The rules are those of
 * `parseWorkflowStructure` in n8n-workflow 2.40; node types and credentials only an instance knows.
 *
 * @throws ValidationError for a structure that n8n would refuse, for more than LARGEST_TEMPLATE characters and for secrets
 */
export function parseTemplate(value: unknown): WorkflowTemplate {
	checkSize(value);
	const parsed = templateSchema.safeParse(value, { error: plainly });
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue && issue.path.length > 0 ? `${brief(issue.path.join('.'))} ` : '';
		const [problem = 'is wrong'] = (issue?.message ?? '').split('; ');
		throw wrong(`is not a workflow: ${where}${problem}`, EXPORT);
	}
	checkNames(parsed.data);
	const secret = findSecret(parsed.data.nodes);
	if (secret) {
		throw wrong(
			`contains what looks like a secret, at ${secret}`,
			'Move it to an n8n credential, or replace it with an expression, and register the workflow without it.',
		);
	}
	return parsed.data;
}

const EXPORT = 'Give the JSON of a workflow as downloaded from n8n, with nodes and connections.';

function checkNames({ nodes, connections }: WorkflowTemplate): void {
	const names = new Set<string>();
	const ids = new Set<string>();
	for (const { name, id } of nodes) {
		if (names.has(name)) throw wrong(`has two nodes with the name "${brief(name)}"`, 'Rename one of them.');
		names.add(name);
		if (id && ids.has(id)) throw wrong(`has two nodes with the id "${brief(id)}"`, 'Remove the ids.');
		if (id) ids.add(id);
	}
	const targets = Object.values(connections).flatMap((kinds) =>
		Object.values(kinds).flatMap((outputs) => outputs.flatMap((output) => output ?? [])),
	);
	const unknown = [...Object.keys(connections), ...targets.map((to) => to.node)].find(
		(name) => !names.has(name),
	);
	if (unknown !== undefined)
		throw wrong(`connects the node "${brief(unknown)}", which does not exist`, EXPORT);
}

function checkSize(value: unknown): void {
	// Deeper than any stack: neither this nor what reads it later may recurse into it.
	let level: unknown[] = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > DEEPEST) throw wrong(`is nested deeper than ${DEEPEST} levels`, 'Flatten it.');
		level = level.flatMap((part) => {
			if (typeof part !== 'object' || part === null) return [];
			// As a name it is none of a node's: whoever copies it sets a prototype.
			if (Object.hasOwn(part, '__proto__')) throw wrong('has a field named __proto__', 'Take it out.');
			return Object.values(part) as unknown[];
		});
	}
	const written = JSON.stringify(value ?? null);
	if (written.length > LARGEST_TEMPLATE) {
		throw wrong(
			`is larger than ${LARGEST_TEMPLATE.toLocaleString('en')} characters`,
			'Split the workflow, and keep data in the database instead of in its nodes.',
		);
	}
	if (!isStorable(written)) throw wrong('contains a NUL character or broken Unicode', 'Remove it.');
}

function wrong(problem: string, remedy: string): ValidationError {
	return new ValidationError('template', `template ${problem}`, remedy);
}

function brief(name: string): string {
	return name.length > 60 ? `${name.slice(0, 57)}…` : name;
}
