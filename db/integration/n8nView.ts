import type { z } from 'zod/v4';

import { isSameInstance } from '../../domain/integration/instance';
import { integrationConfigurations } from '../../domain/integration/integration';
import { type OtherView, sharingProblem } from '../../domain/integration/sharing';
import type { Sql } from '../connection/client';

type N8nConfiguration = z.output<(typeof integrationConfigurations)['n8n']>;

/**
 * Refuses a connection to an n8n that does not stand apart from those of other organizations to the same one. Runs as the
 * owner, who sees all of them; the lock lets no second one in meanwhile. Returns the slugs of those organizations.
 * @throws ConflictError
 */
export async function assertApart(
	sql: Sql,
	organizationId: number,
	configuration: N8nConfiguration,
): Promise<string[]> {
	await sql`select pg_advisory_xact_lock(hashtextextended('lma connections to n8n', 0))`;
	const rows = await sql<{ organization: string; configuration: unknown }[]>`
		select o.slug as organization, i.configuration
		from integrations i
		join organizations o on o.id = i.organization_id
		where i.integration_type = 'n8n'
			and i.organization_id <> ${organizationId}
		order by o.slug, i.id`;
	const others = rows.flatMap(({ organization, configuration: theirs }): OtherView[] => {
		const parsed = integrationConfigurations.n8n.safeParse(theirs);
		return parsed.success ? [{ organization, ...parsed.data }] : [];
	});
	const problem = sharingProblem(configuration, others);
	if (problem) throw problem;
	const sharing = others.filter(({ baseUrl }) => isSameInstance(baseUrl, configuration.baseUrl));
	return [...new Set(sharing.map(({ organization }) => organization))];
}

/** Forgets workflows that were only followed and have not the tag of the connection: their names may be another's. */
export async function forgetUntagged(
	sql: Sql,
	{ organizationId, integrationId, tag }: { organizationId: number; integrationId: number; tag: string },
): Promise<void> {
	await sql`
		delete from workflows w
		using workflow_sync_states s
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active is null
			and s.organization_id = ${organizationId}
			and s.workflow_id = w.id
			and not s.tags @> ${sql.json([{ name: tag }])}`;
}
