import type { z } from 'zod/v4';

import type { MergeRule } from '../merge/mergeRuleNames';

/** What there is to know of a column of `leads`. In the database it is called like the field, in snake_case. */
export interface LeadColumn {
	/** Reads a value that is there, and says in which forms a node takes it and whether errors may repeat it. */
	schema: z.ZodType;
	/** There may be no value; null clears it. */
	isNullable?: boolean;
	/** What a new lead has when nothing else is said: the default of the column. */
	standard?: string | number | boolean;
	/** Rules of the additive score may look at it. */
	isScorable?: boolean;
	/** Its place among the few fields that the node's option *Simplify* leaves; left out for the others. */
	simplifiedPlace?: number;
	/** How it is filled in. Left out for what the database keeps by itself. */
	input?: LeadInput;
}

/** How people and programs fill in a column. */
export interface LeadInput {
	/** As people call it: `Job Title`. */
	label: string;
	/** What belongs there, in one or two sentences. */
	hint: string;
	placeholder?: string;
	/** What a number counts, where its label does not say: `Cents`. Forms show it. */
	unit?: string;
	/** Lines of the box that it is written in; otherwise one. */
	rows?: number;
	/** Smallest and largest number, where a form should know them. */
	range?: readonly [min: number, max: number];
	/** Every new lead should have it: forms ask for it. */
	isExpected?: boolean;
	/** Among the first that a mapper shows; the others are added by name. */
	isProminent?: boolean;
	/** Headings in other people's files besides the field's own name; left out: there are none. See `HEADINGS`. */
	headings?: readonly string[];
	merge: LeadMerging;
}

/** How the column is merged with that of duplicates. */
export interface LeadMerging {
	rules: readonly MergeRule[];
	/** The rule when none is chosen. Nothing that only a duplicate knows should get lost. */
	standard: MergeRule;
	/** For the rules `highest` and `lowest`: labels from the lowest to the highest. Numbers and days have an order. */
	order?: readonly string[];
}
