import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { LeadTemperature } from '../../domain/lead/labels';
import { DEFAULT_THRESHOLDS } from '../../domain/scoring/scoringRule';
import type { Sql } from '../connection/client';

export interface Contribution {
	ruleId: number;
	name: string;
	field: string;
	operator: string;
	points: number;
}

export interface LeadScore {
	id: number;
	/** 0–100: the sum of the contributions, clamped. */
	score: number;
	previousScore: number;
	leadTemperature: LeadTemperature;
	previousTemperature: LeadTemperature;
	/** The rules that the lead meets, in the order they were written. */
	contributions: Contribution[];
}

/**
 * Scores leads by the organization's active rules and stores score and temperature, in one statement; leads whose
 * score stays are not rewritten. An unknown lead fails alone. Can be repeated.
 */
export async function scoreLeads(sql: Sql, ids: readonly number[]): Promise<ItemResult<LeadScore>[]> {
	const rows = await sql<LeadScore[]>`
		with target as materialized (
			select l.id, l.score, l.lead_temperature, to_jsonb(l) as facts
			from leads l
			where l.id = any(${[...new Set(ids)]}::int[])
			order by l.id
			for no key update
		), rule as materialized (
			select r.*, case
				when r.field like 'customFields.%' then array['custom_fields', substr(r.field, length('customFields.') + 1)]
				else array[lower(regexp_replace(r.field, '([A-Z])', '_\\1', 'g'))]
			end as path
			from scoring_rules r
			where r.is_active
		), threshold as materialized (
			select
				coalesce(lma.json_number(o.settings #> '{scoring,hotFrom}'), ${DEFAULT_THRESHOLDS.hotFrom}) as hot_from,
				coalesce(lma.json_number(o.settings #> '{scoring,warmFrom}'), ${DEFAULT_THRESHOLDS.warmFrom}) as warm_from
			from organizations o
		), total as (
			select
				t.id,
				least(100, greatest(0, coalesce(sum(r.points), 0)))::int as score,
				coalesce(
					jsonb_agg(jsonb_build_object(
						'ruleId', r.id, 'name', r.name, 'field', r.field, 'operator', r.operator, 'points', r.points
					) order by r.id) filter (where r.id is not null),
					'[]') as contributions
			from target t
			left join rule r on lma.rule_matches(t.facts #> r.path, r.operator, r.value)
			group by t.id
		), result as materialized (
			select
				t.id,
				total.score,
				t.score as previous_score,
				case
					when total.score >= threshold.hot_from then 'hot'
					when total.score >= threshold.warm_from then 'warm'
					else 'cold'
				end::lead_temperature_enum as lead_temperature,
				t.lead_temperature as previous_temperature,
				total.contributions
			from target t
			join total using (id)
			cross join threshold
		), stored as (
			update leads l
			set score = r.score, lead_temperature = r.lead_temperature
			from result r
			where l.id = r.id
				and (r.score, r.lead_temperature) is distinct from (r.previous_score, r.previous_temperature)
		)
		select *
		from result`;
	return resultsById('Lead', ids, new Map(rows.map((row) => [row.id, row])));
}
