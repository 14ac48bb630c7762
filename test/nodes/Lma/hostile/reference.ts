/** The kinds of rows that parameters name by id. */
export const ENTITIES = ['lead', 'user', 'campaign', 'communication', 'note', 'workflow'] as const;
export type Entity = (typeof ENTITIES)[number];

/** An id that is only known once there is a database: the nth row of a kind, of our organization or of another. */
export class Reference {
	constructor(
		readonly entity: Entity,
		readonly owner: 'ours' | 'theirs',
		readonly nth: number,
		readonly written: 'number' | 'text',
	) {}
}

/** Ids by kind. */
export type Ids = Record<Entity, number[]>;

/** A copy of the value with ids for references. */
export function resolve(value: unknown, ours: Ids, theirs: Ids): unknown {
	if (value instanceof Reference) {
		const ids = (value.owner === 'ours' ? ours : theirs)[value.entity];
		const id = ids[value.nth % ids.length] ?? 1;
		return value.written === 'text' ? String(id) : id;
	}
	if (Array.isArray(value)) return value.map((entry) => resolve(entry, ours, theirs));
	if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
		return value;
	}
	// Entries, not assignments: a key may be __proto__.
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, ours, theirs)]));
}
