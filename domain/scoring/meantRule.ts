import { ValidationError } from '../error/errors';
import { isPlainValue, labelledValue } from '../pipeline/labelledValue';
import { type Pipeline, PIPELINE_KINDS, type PipelineKind } from '../pipeline/pipeline';
import type { CheckedScoringRule } from './scoringRule';

/** Operators that compare with a whole value. The others look at a part of it, or at none. */
const WHOLE: readonly CheckedScoringRule['operator'][] = ['equals', 'notEquals', 'in'];

/** Whether one of these rules names what only the organization can tell: a label of a status, a source or a temperature. */
export function hasLabels(rules: readonly CheckedScoringRule[]): boolean {
	return rules.some((rule) => {
		const kind = kindOf(rule);
		return kind !== undefined && operands(rule).some((given) => !isPlainValue(kind, given));
	});
}

/**
 * A rule with values in the place of their labels, as the columns of leads have them.
 *
 * @param place of the rule among the others, from 0
 * @throws ValidationError that names the rule when the organization has no such label
 */
export function meantRule(rule: CheckedScoringRule, place: number, pipeline: Pipeline): CheckedScoringRule {
	const kind = kindOf(rule);
	if (kind === undefined) return rule;
	try {
		const meant = operands(rule).map((given) => labelledValue(pipeline, kind, 'value', given));
		return { ...rule, value: Array.isArray(rule.value) ? meant : meant[0] };
	} catch (error) {
		if (!(error instanceof ValidationError)) throw error;
		throw new ValidationError(
			'rules',
			'A rule is wrong',
			`${nameOfRule(rule, place)}: ${error.message}. ${error.description}`,
		);
	}
}

/** By place as people count, and name where it has one: `Rule 2 "No phone"`. */
export function nameOfRule(rule: unknown, place: number): string {
	const name = typeof rule === 'object' && rule !== null && 'name' in rule ? rule.name : undefined;
	return `Rule ${place + 1}${typeof name === 'string' && name !== '' ? ` "${name.slice(0, 60)}"` : ''}`;
}

function kindOf({ field, operator }: CheckedScoringRule): PipelineKind | undefined {
	return WHOLE.includes(operator) ? PIPELINE_KINDS.find((kind) => kind === field) : undefined;
}

function operands({ value }: CheckedScoringRule): string[] {
	return (Array.isArray(value) ? value : [value]).map(String);
}
