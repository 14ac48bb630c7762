import { hasLabels, meantRule } from '../../domain/scoring/meantRule';
import { parseInput } from '../../domain/input/parseInput';
import { standardPipeline } from '../../domain/pipeline/pipeline';
import { type NewScoringRule, type ScoringRule, scoringRuleSchema } from '../../domain/scoring/scoringRule';
import type { Sql } from '../connection/client';
import { getPipeline } from '../pipeline/pipeline';

/**
 * Makes these the organization's rules, in this order; others are deleted. What the organization calls a status, a source or a
 * temperature stands for its value. Two statements, and one more where there are such labels. Can be repeated.
 *
 * @throws ValidationError that names the rule whose value is none of its field
 */
export async function replaceScoringRules(
	sql: Sql,
	rules: readonly NewScoringRule[],
): Promise<ScoringRule[]> {
	const read = rules.map((rule) => parseInput(scoringRuleSchema, rule));
	const pipeline = hasLabels(read) ? await getPipeline(sql) : standardPipeline();
	const wanted = read.map((rule, place) => {
		const { isActive, value, ...rest } = meantRule(rule, place, pipeline);
		return { ...rest, value: value ?? null, is_active: isActive };
	});
	await sql`delete from scoring_rules`;
	return sql<ScoringRule[]>`
		insert into scoring_rules (organization_id, name, field, operator, value, points, is_active)
		select (select lma.current_organization_id()), r.name, r.field, r.operator, nullif(r.value, 'null'), r.points, r.is_active
		from jsonb_array_elements(${sql.json(wanted)}) with ordinality as e(rule, ordinal)
		cross join lateral jsonb_populate_record(null::scoring_rules, e.rule) as r
		order by e.ordinal
		returning id, name, field, operator, value, points, is_active`;
}

/** The organization's rules in the order they were written. */
export function listScoringRules(sql: Sql) {
	return sql<ScoringRule[]>`
		select id, name, field, operator, value, points, is_active
		from scoring_rules
		order by id`;
}
