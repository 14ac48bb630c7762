import type { Sql } from '../../db/connection/client';
import { listMigrations } from '../migration/files';
import { findUnreleased } from '../migration/obstacle';
import { type Check, countOf, type Finding, orFine } from './finding';

/** Whether the migrations that ran are those of this version of the package. */
export const schemaVersion: Check = {
	name: 'schema',
	readsTables: true,
	async run(sql: Sql) {
		const ran = await sql<{ name: string }[]>`
			select name
			from lma.migrations
			order by name`;
		const applied = new Set(ran.map(({ name }) => name));
		const known = listMigrations();
		const pending = known.filter((name) => !applied.has(name));
		const newer = [...applied].filter((name) => !known.includes(name));
		const findings: Finding[] = [];
		const problem = (found: string, remedy: string) =>
			findings.push({ severity: 'problem', object: 'schema of LMA', found, remedy });
		const unreleased = findUnreleased([...applied]);
		if (unreleased) {
			problem(unreleased.message, unreleased.description);
		} else if (newer.length > 0) {
			problem(
				`${newer.join(', ')} ran here, which this version of the package does not know`,
				'npm install n8n-nodes-lma@latest',
			);
		} else if (pending.length > 0) {
			problem(`${countOf(pending.length, 'migration')} not run yet: ${pending.join(', ')}`, 'lma migrate');
		}
		return orFine(findings, 'schema of LMA', `all ${known.length} migrations have run`);
	},
};
