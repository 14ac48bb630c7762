import type { INodeProperties } from 'n8n-workflow';

/** Offers the few fields of a row that most people want; an operation with it exports `simplify`. */
export const simplifyDescription: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: false,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** The named fields of a row alone, in this order. */
export function pick<Full extends object, Key extends keyof Full>(
	full: Full,
	keys: readonly Key[],
): Pick<Full, Key> {
	return Object.fromEntries(keys.map((key) => [key, full[key]])) as Pick<Full, Key>;
}
