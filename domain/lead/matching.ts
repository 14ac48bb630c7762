/** Whether leads have to meet all conditions of a filter, or one of them. */
export const LEAD_MATCHES = ['all', 'any'] as const;

/** Conditions that are one: both ends of a range, and a campaign with the statuses of its members. */
const TOGETHER = [
	['minScore', 'maxScore'],
	['createdAfter', 'createdBefore'],
	['updatedAfter', 'updatedBefore'],
	['contactedAfter', 'contactedBefore'],
	['campaignId', 'membershipStatuses'],
] as const;

type Conditions = Readonly<Record<string, unknown>>;

/**
 * The alternatives of a filter of which one is enough: each condition by itself. Conditions that are one stay together: a score
 * from 20 to 40 is not a score above 20 or below 40. Each comparison of a custom
 * field is a condition. No conditions, no alternatives.
 */
export function alternativesOf(conditions: Conditions): Conditions[] {
	const alternatives = new Map<string, Record<string, unknown>>();
	for (const [name, value] of Object.entries(conditions)) {
		if (value === undefined) continue;
		if (name === 'customFieldConditions' && Array.isArray(value)) {
			for (const [n, one] of value.entries()) alternatives.set(`${name} ${n}`, { [name]: [one] });
			continue;
		}
		const [leader = name] = TOGETHER.find((names) => (names as readonly string[]).includes(name)) ?? [];
		alternatives.set(leader, { ...alternatives.get(leader), [name]: value });
	}
	return [...alternatives.values()];
}
