import { z } from 'zod/v4';

import { label, text } from '../input/field';
import { CUSTOM_FIELD_TYPES } from './customField';

/** How a custom field is compared. */
const CUSTOM_FIELD_OPERATORS = [
	'anyOf',
	'between',
	'contains',
	'equals',
	'exists',
	'greater',
	'greaterOrEqual',
	'less',
	'lessOrEqual',
	'notEquals',
	'notExists',
] as const;
export type CustomFieldOperator = (typeof CUSTOM_FIELD_OPERATORS)[number];

const MOST_CONDITIONS = 50;

/** A condition as people give it, or with `type` and `values` as the database takes it: see `typeCondition`. */
const customFieldCondition = z.strictObject({
	/** The key in `customFields` of a lead. */
	key: text(1_000).refine((key) => key !== '', 'is empty; give the key of a custom field'),
	operator: label(CUSTOM_FIELD_OPERATORS).default('equals'),
	/** For `anyOf` a list, or text with commas; for `between` the smallest. None for `exists` and `notExists`. */
	value: z.unknown().optional(),
	/** For `between` the largest. */
	upTo: z.unknown().optional(),
	/** As registered; `free` for a key that is not. */
	type: label([...CUSTOM_FIELD_TYPES, 'free']).optional(),
	values: z.array(z.string()).optional(),
});

/** Conditions on custom fields, all of which must hold. */
export const customFieldConditions = z
	.array(customFieldCondition, {
		error: 'must be a list of conditions; give [{"key": "seats", "operator": "greater", "value": 10}]',
	})
	.max(MOST_CONDITIONS, `has more than ${MOST_CONDITIONS} conditions; remove some`);

export type CustomFieldCondition = z.output<typeof customFieldCondition>;
