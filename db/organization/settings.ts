import type { JsonValue, Sql } from '../connection/client';

/** New values by subject and name, `{ scoring: { hotFrom: 80 } }`; null takes a value away, or a subject as a whole. */
export type SettingChanges = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

/**
 * Changes settings of an organization and gives back all of them. One statement, so that two at once do not lose each other's.
 * What is not named stays, also what other programs keep there; only what is no object gives way to one. A subject that has
 * nothing left is taken out. The worker applies changes of the retention when it looks next. Can be repeated. For
 * administration: run it with `asOwner`.
 */
export async function changeSettings(
	sql: Sql,
	organizationId: number,
	changes: SettingChanges,
): Promise<Record<string, unknown>> {
	const [row] = await sql<{ settings: Record<string, unknown> }[]>`
		with look_now as (
			update lma.partition_policy
			set finished_at = null
			where ${'retention' in changes}
		)
		update organizations o
		set settings = (
			select (case when jsonb_typeof(o.settings) = 'object' then o.settings else '{}' end - array_agg(c.subject))
				|| coalesce(jsonb_object_agg(c.subject, c.merged) filter (where c.merged <> '{}'), '{}')
			from (
				select
					change.key as subject,
					case jsonb_typeof(change.value)
						when 'object' then (
							case jsonb_typeof(o.settings -> change.key)
								when 'object' then o.settings -> change.key
								else '{}'
							end || change.value
						) - array(select v.key from jsonb_each(change.value) v where v.value = 'null')
						else '{}'
					end as merged
				from jsonb_each(${sql.json(changes as JsonValue)}) change
			) c
		)
		where o.id = ${organizationId}
		returning settings`;
	return row?.settings ?? {};
}
