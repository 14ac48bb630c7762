import type { KeyKind, ListOrder } from '../list/listOrder';

/**
 * What leads can be sorted by.
 */
export const LEAD_ORDERS = ['created', 'lastContacted', 'name', 'score', 'updated'] as const;
type LeadOrder = (typeof LEAD_ORDERS)[number];

const KEYS: Record<LeadOrder, readonly KeyKind[]> = {
	created: ['moment'],
	lastContacted: ['moment'],
	name: ['text', 'text'],
	score: ['number'],
	updated: ['moment'],
};

/** An order of leads, called as `lma.find_leads` calls it. */
export function leadOrder(sortBy: LeadOrder, sortDirection: 'asc' | 'desc'): ListOrder {
	return {
		name: `${sortBy} ${sortDirection}`,
		keys: KEYS[sortBy],
		isNullable: sortBy === 'lastContacted',
	};
}
