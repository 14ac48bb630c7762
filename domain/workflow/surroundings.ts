import { createHash } from 'node:crypto';

import { canonicalJson } from '../canonicalJson';
import type { Reach } from './reach';

/** The credential of the nodes of this package: whoever has it writes into its organization. */
export const LMA_CREDENTIAL = 'lmaApi';

/**
 * Which credential of an n8n stands for a name in templates. By name for LMA's own type, by `type:name` for every other:
 * `{ "LMA": "rTz3…", "smtp:Outreach": "8dXk…" }`. The values are ids in that n8n.
 */
export type CredentialMapping = Readonly<Record<string, string>>;

/** What an organization has in one n8n, and who else is there. */
export interface Surroundings {
	credentials: CredentialMapping;
	/** Ids that other organizations have mapped in the same n8n. */
	foreignCredentials: readonly string[];
	/** Another organization connects the same n8n. */
	isShared: boolean;
	/** Its workflows are kept in a project there that no other organization has. */
	hasProject: boolean;
}

/** Which of the things that workflows name belong to whom, as the database knows it. */
export interface Ownership {
	/** Workflows of this organization, by their ids in n8n. */
	ownWorkflows: ReadonlySet<string>;
	/** Those that another organization has registered in the same n8n. */
	foreignWorkflows: ReadonlySet<string>;
}

/** Which rules `crossingOf` follows: to be counted up with every change to them, so that all workflows are judged anew. */
const RULES = 2;

/** Tells whether what is said of a workflow was found under these surroundings: changes whenever an answer may. */
export function surroundingsKey(surroundings: Surroundings): string {
	return createHash('sha256')
		.update(canonicalJson({ rules: RULES, surroundings }))
		.digest('hex')
		.slice(0, 16);
}

/** The id that the mapping has for a credential that a template names: by its id when that is mapped, else by its name. */
export function mappedCredential(
	{ credentials }: Pick<Surroundings, 'credentials'>,
	{ type, id, name }: { type: string; id: string | null; name: string },
): string | undefined {
	if (id !== null && Object.values(credentials).includes(id)) return id;
	const slot = slotOf(type, name);
	return Object.hasOwn(credentials, slot) ? credentials[slot] : undefined;
}

/** The name of a credential in a mapping. */
export function slotOf(type: string, name: string): string {
	return type === LMA_CREDENTIAL ? name : `${type}:${name}`;
}

/** In what a workflow reaches beyond its organization, or may, in words; null when it does not. */
export function crossingOf(
	reach: Reach,
	surroundings: Surroundings,
	{ ownWorkflows, foreignWorkflows }: Ownership,
): string | null {
	const own = new Set(Object.values(surroundings.credentials));
	for (const { node, type, id, name } of reach.credentials) {
		if (id !== null && own.has(id)) continue;
		const isForeign = id !== null && surroundings.foreignCredentials.includes(id);
		if (type !== LMA_CREDENTIAL && !surroundings.isShared && !isForeign) continue;
		const what = `the credential ${shown(name)}${id === null ? ' without an id' : ` (id ${shownId(id)})`}`;
		return `Node ${shown(node)} uses ${what} of n8n, which is of another organization or unknown. ${remedyFor(type, name, id)}`;
	}
	for (const { where, id, means } of reach.workflows) {
		if (id !== null && ownWorkflows.has(id)) continue;
		const isForeign = id !== null && foreignWorkflows.has(id);
		if (!surroundings.isShared && !isForeign) continue;
		const what = id === null ? (means ?? 'by an expression') : shownId(id);
		return `In ${where} it names the workflow ${what}, which is of another organization or unknown. In an n8n that several organizations share, name a workflow of this one, by its id.`;
	}
	return surroundings.isShared ? crossingInShared(reach, surroundings) : null;
}

/** Of what n8n keeps for everybody. */
function crossingInShared(reach: Reach, { hasProject }: Surroundings): string | null {
	const [unknownPathNode] = reach.unknownPathNodes;
	if (unknownPathNode !== undefined)
		return `Node ${shown(unknownPathNode)} has its path by an expression, which may be that of another organization. In an n8n that several organizations share, write the path out.`;
	const [agentNode] = reach.agentNodes;
	if (agentNode !== undefined)
		return `Node ${shown(agentNode)} talks to an agent of n8n, which may be of another organization. In an n8n that several organizations share, use the node AI Agent, with credentials of this one.`;
	const [dataTableNode] = reach.dataTableNodes;
	if (dataTableNode !== undefined && !hasProject)
		return `Node ${shown(dataTableNode)} uses data tables of an n8n that several organizations share. Connect it with a project of its own (--project), or keep the data in the database.`;
	return null;
}

/** How to tell which credential it is. */
function remedyFor(type: string, name: string, id: string | null): string {
	const slot = slotOf(type, name);
	return `If it is this organization's, say so with lma org connect n8n … --credential "${slot.slice(0, 80).toWellFormed()}=${id === null ? '<its id in n8n>' : shownId(id)}".`;
}

function shown(name: string): string {
	return `"${name.slice(0, 60).toWellFormed()}"`;
}

function shownId(id: string): string {
	return id.slice(0, 40).toWellFormed();
}
