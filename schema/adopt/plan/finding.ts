/**
 * `blocks`: adoption refuses to start until it is mended. `kept`: left as it is, and something of ours is left out for
 * it. `note`: worth knowing.
 */
export type Severity = 'blocks' | 'kept' | 'note';

/** Something in the other program's database that is not as the schema has it. Nothing of it is changed. */
export interface Finding {
	/** Stable, for programs: `duplicate_values`, `missing_reference`. */
	rule: string;
	severity: Severity;
	/** A table, column, constraint or role, with its schema. */
	object: string;
	/** Rows concerned; null when it is not about rows, or they cannot be counted. */
	count: number | null;
	/** Up to five keys of these rows. */
	ids: (string | number)[];
	consequence: string;
	remedy: string;
}
