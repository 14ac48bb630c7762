/** How the value of a field is found when leads are merged. */
export type MergeRule =
	'combine' | 'firstNotEmpty' | 'highest' | 'longest' | 'lowest' | 'newest' | 'oldest' | 'survivor';

const CHOICES = ['survivor', 'firstNotEmpty', 'newest', 'oldest'] as const;

/** The rules that fields of a kind can be merged by. */
export const RULES_OF = {
	choice: CHOICES,
	collection: [...CHOICES, 'combine'],
	ordered: [...CHOICES, 'highest', 'lowest'],
	prose: [...CHOICES, 'longest', 'combine'],
	text: [...CHOICES, 'longest'],
} as const satisfies Record<string, readonly MergeRule[]>;
