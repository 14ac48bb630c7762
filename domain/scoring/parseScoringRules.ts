import { ValidationError } from '../error/errors';
import { parseInput } from '../input/parseInput';
import { nameOfRule } from './meantRule';
import { type NewScoringRule, scoringRuleSchema } from './scoringRule';

/** So many wrong rules are named at once. */
const MOST_NAMED = 20;

/**
 * Reads a list of rules, as a file has them; `id` may be there and means nothing. Every wrong rule is named by its place and
 * name, each with what is wrong with it first.
 *
 * @throws ValidationError when it is no list, or rules in it are wrong
 */
export function parseScoringRules(value: unknown): NewScoringRule[] {
	if (!Array.isArray(value)) {
		throw new ValidationError('rules', 'The rules are not a list', 'Write [{"name": …}, {"name": …}].');
	}
	const problems: string[] = [];
	const rules = value.flatMap((rule: unknown, index) => {
		try {
			return [parseInput(scoringRuleSchema, withoutId(rule))];
		} catch (error) {
			if (!(error instanceof ValidationError)) throw error;
			problems.push(`${nameOfRule(rule, index)}: ${error.message}. ${error.description}`);
			return [];
		}
	});
	if (problems.length === 0) return rules;
	const left = problems.length > MOST_NAMED ? [`${problems.length - MOST_NAMED} more are wrong.`] : [];
	throw new ValidationError(
		'rules',
		`${problems.length === 1 ? 'A rule is' : `${problems.length} rules are`} wrong`,
		[...problems.slice(0, MOST_NAMED), ...left].join('\n'),
	);
}

function withoutId(rule: unknown): unknown {
	if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return rule;
	return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== 'id'));
}
