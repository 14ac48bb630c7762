/** What stands in a sort key of a list. A moment is kept as the database has it: JavaScript would drop its microseconds. */
export type KeyKind = 'day' | 'moment' | 'number' | 'text';

/** An order of a list: by one or more keys, then by the id. */
export interface ListOrder {
	/** As errors call it: `score desc`. */
	name: string;
	keys: readonly KeyKind[];
	/** The key may be missing. */
	isNullable?: boolean;
}
