import type { Scale } from '../scale';
import { COMMON_TAG, RARE_TAG, RARE_WORD } from './words';

/** The statement that inserts leads `$1` to `$2` of the scale. */
export function leadsStatement(scale: Scale): string {
	const isRare = `n % ${scale.rareEvery} = 0`;
	return `
		insert into public.leads (
			id, email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature,
			expected_close_date, last_engagement_date, status, source, score, value, tags, custom_fields,
			first_contacted_at, last_contacted_at, created_at, updated_at, organization_id, assigned_to_id
		)
		select
			n,
			translate(lower(first_name || '.' || last_name || n || '@' || domain), 'üöäćñ', 'uoacn'),
			first_name,
			last_name,
			case when ${isRare} then '${RARE_WORD} Imports' else company end,
			bench.job_title(bench.unit(n, 16)),
			case when bench.unit(n, 17) < 0.6 then '+43 660 ' || (1000000 + n) end,
			'https://www.' || domain,
			case when bench.unit(n, 18) < 0.3 then 'https://www.linkedin.com/in/' || lower(first_name) || n end,
			(case when score >= 70 then 'hot' when score >= 40 then 'warm' else 'cold' end)::lead_temperature_enum,
			case when status > 'QUALIFIED' then (created_at + interval '90 days')::date end,
			case when contacted then created_at + bench.unit(n, 19) * interval '30 days' end,
			status,
			('{WEBSITE,EMAIL,REFERRAL,ADVERTISING,SOCIAL_MEDIA,COLD_OUTREACH,EVENT,OTHER}'::lead_source_enum[])[
				1 + width_bucket(bench.unit(n, 20), '{0.35,0.52,0.66,0.77,0.86,0.92,0.97}'::float8[])],
			score,
			case when bench.unit(n, 21) < 0.4 then floor(1000000 * power(bench.unit(n, 22), 3))::int * 100 end,
			to_jsonb(array_remove(array[
				case when bench.unit(n, 23) < 0.3 then '${COMMON_TAG}' end,
				case when bench.unit(n, 24) < 0.03 then 'vip' end,
				case when bench.unit(n, 25) < 0.1 then 'fair-' || 2015 + floor(bench.unit(n, 26) * 10) end,
				case when ${isRare} then '${RARE_TAG}' end
			], null)),
			jsonb_build_object(
				'industry', lower(bench.company_kind(bench.unit(n, 27))),
				'employees', floor(5000 * power(bench.unit(n, 28), 4))::int,
				'region', (array['north', 'east', 'south', 'west'])[1 + floor(4 * bench.unit(n, 29))::int])
				|| case when n % 10 = 0 then jsonb_build_object('contract', 'C-' || n) else '{}' end,
			case when contacted then created_at + interval '1 day' end,
			case when contacted then created_at + bench.unit(n, 30) * interval '60 days' end,
			created_at,
			created_at,
			bench.organization_of(n),
			bench.owner_of(n)
		from (
			select
				n,
				bench.first_name(bench.unit(n, 11)) as first_name,
				bench.last_name(bench.unit(n, 12)) as last_name,
				bench.company_word(bench.unit(n, 13)) || ' ' || bench.company_kind(bench.unit(n, 14)) as company,
				lower(bench.company_word(bench.unit(n, 13)) || bench.company_kind(bench.unit(n, 14))) || '.example' as domain,
				floor(101 * power(bench.unit(n, 15), 1.8))::int as score,
				('{NEW,CONTACTED,QUALIFIED,CLOSED_LOST,PROPOSAL,CLOSED_WON,NEGOTIATION}'::lead_status_enum[])[
					1 + width_bucket(bench.unit(n, 31), '{0.38,0.62,0.74,0.83,0.90,0.96}'::float8[])] as status,
				bench.unit(n, 32) < 0.6 as contacted,
				bench.moment(n, ${scale.leads}, 720) as created_at
			from generate_series($1::bigint, $2::bigint) n
			offset 0
		) lead`;
}
