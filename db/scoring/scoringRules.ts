import { parseInput } from '../../domain/input/parseInput';
import { type NewScoringRule, type ScoringRule, scoringRuleSchema } from '../../domain/scoring/scoringRule';
import type { Sql } from '../connection/client';

/** Makes these the organization's rules, in this order; others are deleted. Two statements. Can be repeated. */
export async function replaceScoringRules(
	sql: Sql,
	rules: readonly NewScoringRule[],
): Promise<ScoringRule[]> {
	const wanted = rules.map((rule) => {
		const { isActive, ...rest } = parseInput(scoringRuleSchema, rule);
		return { ...rest, value: rest.value ?? null, is_active: isActive };
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
