import { ConflictError } from '../error/errors';
import { isSameInstance } from './instance';

/** What of a connection to n8n decides which workflows and credentials there are the organization's. */
export interface N8nView {
	baseUrl: string;
	tag?: string | undefined;
	projectId?: string | undefined;
	credentials?: Readonly<Record<string, string>> | undefined;
}

/** A connection of another organization. */
export interface OtherView extends N8nView {
	/** Its slug. */
	organization: string;
}

/**
 * Why a connection to an n8n cannot stand beside those of other organizations to the same one; null when it can. Each has to have a
 * tag or a project of its own, or it would see the names of all workflows; and a credential is one organization's.
 */
export function sharingProblem(own: N8nView, others: readonly OtherView[]): ConflictError | null {
	const neighbours = others.filter((other) => isSameInstance(own.baseUrl, other.baseUrl));
	const seeing = neighbours.find((other) => !areApart(own, other));
	if (seeing) {
		const isOpen = seeing.tag === undefined && seeing.projectId === undefined;
		const first = isOpen ? `${seeing.organization} first, which has neither` : 'not the same ones';
		return new ConflictError(
			`Organization ${seeing.organization} connects the same n8n, and each would see the other's workflows`,
			`Give both a tag or a project of their own with lma org connect n8n … --tag <name> or --project <id>: ${first}.`,
		);
	}
	const ids = new Set(Object.values(own.credentials ?? {}));
	for (const { organization, credentials = {} } of neighbours) {
		const taken = Object.values(credentials).find((id) => ids.has(id));
		if (taken === undefined) continue;
		return new ConflictError(
			`The credential ${taken} of this n8n is mapped to organization ${organization}`,
			'Make one in n8n for this organization, with a login of its own (lma org login create), and give its id.',
		);
	}
	return null;
}

function areApart(one: N8nView, other: N8nView): boolean {
	if (one.projectId !== undefined && other.projectId !== undefined && one.projectId !== other.projectId)
		return true;
	if (one.tag !== undefined && other.tag !== undefined && one.tag !== other.tag) return true;
	// One has its tag, the other its project: people decide which is which.
	return isByTag(one) ? isByProject(other) : isByProject(one) && isByTag(other);
}

function isByTag({ tag, projectId }: N8nView): boolean {
	return tag !== undefined && projectId === undefined;
}

function isByProject({ tag, projectId }: N8nView): boolean {
	return tag === undefined && projectId !== undefined;
}
