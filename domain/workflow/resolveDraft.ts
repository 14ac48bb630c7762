import type { WorkflowDraft } from './draft';
import { type NamedCredential, credentialsOf } from './reach';
import { LMA_CREDENTIAL, mappedCredential, slotOf, type Surroundings } from './surroundings';

/** A draft for one n8n, whose credentials are those of the organization there. */
export interface ResolvedDraft {
	draft: WorkflowDraft;
	/** Which names could not be resolved and were left out, and what to do; null when all were. */
	problem: string | null;
}

/**
 * Puts ids in the place of the names of credentials. n8n would take a name for whichever credential has it, be it
 * another organization's. LMA's credentials have to be mapped, those of other types mapped or named with an id; where several
 * organizations share the n8n, all have to be mapped. With what is mapped goes a name that no credential has, lest n8n look for
 * that when the id is gone.
 */
export function resolveDraft(draft: WorkflowDraft, surroundings: Surroundings): ResolvedDraft {
	const unresolved: NamedCredential[] = [];
	const nodes = draft.nodes.map((node) => {
		const named = credentialsOf(node);
		if (named.length === 0) return node;
		const { credentials: _given, ...others } = node;
		const resolved = named.map((one) => [one.type, resolve(one, surroundings)] as const);
		unresolved.push(...named.filter((_one, position) => !resolved[position]?.[1]));
		const credentials = Object.fromEntries(resolved.filter(([, found]) => found));
		return Object.keys(credentials).length > 0 ? { ...others, credentials } : others;
	});
	return { draft: { ...draft, nodes }, problem: problemOf(unresolved) };
}

function resolve(
	named: NamedCredential,
	surroundings: Surroundings,
): { id: string; name: string } | undefined {
	const mapped = mappedCredential(surroundings, named);
	if (mapped !== undefined) return { id: mapped, name: `id ${mapped}` };
	const { type, id, name } = named;
	if (type === LMA_CREDENTIAL || id === null || surroundings.isShared) return undefined;
	return surroundings.foreignCredentials.includes(id) ? undefined : { id, name };
}

function problemOf(unresolved: NamedCredential[]): string | null {
	const [first] = unresolved;
	if (!first) return null;
	const slots = [...new Set(unresolved.map(({ type, name }) => slotOf(type, name)))];
	const list = slots.slice(0, 5).map((slot) => `"${slot.slice(0, 80).toWellFormed()}"`);
	const nodes = [...new Set(unresolved.map(({ node }) => `"${node.slice(0, 60).toWellFormed()}"`))].slice(
		0,
		5,
	);
	return `The template names credentials that are not mapped to this organization in n8n: ${list.join(', ')} (node ${nodes.join(', ')}). Nothing was published. Map each to the id of a credential in n8n: lma org connect n8n … --credential ${list[0]?.slice(0, -1)}=<id>".`;
}
