import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { integer, label, text } from '../input/field';
import { setting } from '../input/setting';
import type { LeadColumn } from '../lead/column';
import { LEAD_COLUMNS } from '../lead/columns';

const SCORING_OPERATORS = [
	'equals',
	'notEquals',
	'contains',
	'startsWith',
	'endsWith',
	'in',
	'greaterThan',
	'lessThan',
	'isSet',
	'isNotSet',
] as const;

/**
 * Columns a rule may look at; `customFields.<key>` besides.
 *
 * @internal a test compares them with the columns
 */
export const SCORING_FIELDS: readonly string[] = Object.entries<LeadColumn>(LEAD_COLUMNS)
	.filter(([, { isScorable }]) => isScorable)
	.map(([field]) => field);

/** From which score a lead is hot or warm, unless the settings of the organization say otherwise. */
export const DEFAULT_THRESHOLDS = { hotFrom: 70, warmFrom: 40 } as const;

const threshold = integer('must be a score from 0 to 100', 0, 100);

/** From which score a lead is hot or warm, in `organizations.settings.scoring`. Leads that are scored from then on go by it. */
export const scoringSettingsSchema = z
	.strictObject({
		hotFrom: setting(threshold, 'Score from which a lead is hot.', DEFAULT_THRESHOLDS.hotFrom),
		warmFrom: setting(
			threshold,
			'Score from which a lead is warm, up to that for hot.',
			DEFAULT_THRESHOLDS.warmFrom,
		),
	})
	.refine(
		(set) => ({ ...DEFAULT_THRESHOLDS, ...set }).warmFrom <= { ...DEFAULT_THRESHOLDS, ...set }.hotFrom,
		{
			path: ['warmFrom'],
			message: 'is above hotFrom, so that no lead would be warm; lower it, or raise hotFrom first',
		},
	);

const operand = z.union([
	text(1000),
	z.number(),
	z.boolean(),
	z.array(z.union([text(1000), z.number()])).max(1000),
]);

/** A rule of the additive score. `value` may be left out for isSet and isNotSet only. */
export const scoringRuleSchema = z
	.strictObject({
		name: text(255).min(1, 'is empty; name the rule'),
		field: withFacts(
			text(255).refine(
				(field) => SCORING_FIELDS.includes(field) || /^customFields\..+/.test(field),
				`is not a field that can be scored; use customFields.<key> or one of ${SCORING_FIELDS.join(', ')}`,
			),
			{ isShown: true },
		),
		operator: label(SCORING_OPERATORS),
		value: operand.nullish(),
		points: integer('must be from -100 to 100', -100, 100),
		isActive: z.boolean().default(true),
	})
	.refine((rule) => /^is(Not)?Set$/.test(rule.operator) || (rule.value ?? null) !== null, {
		path: ['value'],
		message: 'is missing; give the value that the field is compared with',
	})
	.refine((rule) => rule.operator !== 'in' || Array.isArray(rule.value), {
		path: ['value'],
		message: 'must be a list for the operator in; write ["a", "b"]',
	});
export type NewScoringRule = z.input<typeof scoringRuleSchema>;
/** A rule as it was read, before it is stored. */
export type CheckedScoringRule = z.output<typeof scoringRuleSchema>;
export type ScoringRule = CheckedScoringRule & { id: number };
