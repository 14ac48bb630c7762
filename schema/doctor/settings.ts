import { findSettingProblems, SETTING_SUBJECTS } from '../../domain/organization/settings';
import type { Sql } from '../../db/connection/client';
import { type Check, orFine } from './finding';

/** Settings of active organizations that cannot be understood: what they should decide is decided by nobody. */
export const settings: Check = {
	name: 'settings',
	readsTables: true,
	async run(sql: Sql) {
		const organizations = await sql<{ slug: string; settings: unknown }[]>`
			select slug, settings
			from organizations
			where is_active
				and (jsonb_typeof(settings) <> 'object' or settings ?| ${Object.keys(SETTING_SUBJECTS)}::text[])
			order by slug`;
		return orFine(
			organizations.flatMap(({ slug, settings: given }) =>
				findSettingProblems(given).map(({ key, problem }) => ({
					severity: 'warn' as const,
					object: `organization ${slug}`,
					found: `its settings cannot be understood: ${problem}`,
					remedy: `lma org settings get ${slug} shows them; lma org settings set ${slug} ${key} … puts it right, unset takes it away`,
				})),
			),
			'settings of organizations',
			'all are understood',
		);
	},
};
