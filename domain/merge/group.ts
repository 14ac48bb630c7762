import { ConflictError, type LmaError, NotFoundError, ValidationError } from '../error/errors';
import type { Lead } from '../lead/lead';
import type { LeadMerge } from './input';

/** Merges that are one: of one survivor, by one set of rules. */
export interface MergeGroup {
	survivor: Lead;
	duplicateIds: Set<number>;
	merge: LeadMerge;
}

/** What is to be merged, as groups by key, and for each merge the key of its group, or why it is in none. */
export interface GroupedMerges {
	groups: Map<string, MergeGroup>;
	keys: (string | LmaError)[];
}

/**
 * Puts merges together that are one. A lead that an earlier merge has brought into the survivor is no longer there and no
 * error. Pure.
 *
 * @param leads those named that exist, by id
 * @param redirects where the ids of merged leads lead to now
 */
export function groupMerges(
	merges: readonly LeadMerge[],
	leads: ReadonlyMap<number, Lead>,
	redirects: ReadonlyMap<number, number>,
): GroupedMerges {
	const groups = new Map<string, MergeGroup>();
	const claimed = new Map<number, string>();
	const keys = merges.map((merge) => groupOf(merge, leads, redirects, groups, claimed));
	return { groups, keys };
}

/** The key of the group that a merge belongs to, or why it is in none. */
function groupOf(
	merge: LeadMerge,
	leads: ReadonlyMap<number, Lead>,
	redirects: ReadonlyMap<number, number>,
	groups: Map<string, MergeGroup>,
	claimed: Map<number, string>,
): string | LmaError {
	const { leadId, duplicateIds, rules, isPreview } = merge;
	if (duplicateIds.includes(leadId)) return intoItself(leadId);
	const survivor = leads.get(leadId);
	if (!survivor) return notFound(leadId, redirects);
	const wrong = duplicateIds.find(
		(duplicate) => !leads.has(duplicate) && redirects.get(duplicate) !== leadId,
	);
	if (wrong !== undefined) return notFound(wrong, redirects);
	const key = JSON.stringify([leadId, isPreview, rules]);
	const present = duplicateIds.filter((duplicate) => leads.has(duplicate));
	if (!isPreview) {
		// A survivor is claimed for its group, a duplicate for the group that it is merged in.
		const taken =
			claimed.get(leadId) !== undefined && claimed.get(leadId) !== key
				? leadId
				: present.find((duplicate) => {
						const owner = claimed.get(duplicate);
						return owner !== undefined && owner !== key;
					});
		if (taken !== undefined) return severalMerges(taken);
		for (const claim of [leadId, ...present]) claimed.set(claim, key);
	}
	const group = groups.get(key) ?? { survivor, duplicateIds: new Set(), merge };
	for (const duplicate of present) group.duplicateIds.add(duplicate);
	groups.set(key, group);
	return key;
}

function intoItself(leadId: number): LmaError {
	return new ValidationError(
		'duplicateIds',
		`duplicateIds: lead ${leadId} cannot be merged into itself`,
		'Name only the other leads.',
	);
}

function notFound(leadId: number, redirects: ReadonlyMap<number, number>): LmaError {
	const current = redirects.get(leadId);
	if (current === undefined) return new NotFoundError('Lead', leadId);
	return new ConflictError(
		`Lead ${leadId} was merged into lead ${current}`,
		`Name lead ${current} instead, or undo that merge.`,
	);
}

function severalMerges(leadId: number): LmaError {
	return new ConflictError(
		`Lead ${leadId} is in several different merges at once`,
		'Name all duplicates of a lead in one item, or merge in two nodes, one after the other.',
	);
}
