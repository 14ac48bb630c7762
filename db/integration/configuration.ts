import type { z } from 'zod/v4';

import { integrationConfigurations, type IntegrationType } from '../../domain/integration/integration';
import type { Sql } from '../connection/client';

/** What is to become of a configuration: a value, null to take it away, undefined to leave it as it is. */
export type ConfigurationChanges = Readonly<Record<string, unknown>>;

/**
 * What of the configuration of a connection can be understood; empty when there is no such connection, or nothing can. The row is locked: for
 * whoever writes it next, in the same transaction. Runs as the owner.
 */
export async function lockConfiguration<Type extends IntegrationType>(
	sql: Sql,
	connection: { organizationId: number; integrationType: Type; name: string },
): Promise<Partial<z.output<(typeof integrationConfigurations)[Type]>>> {
	const { organizationId, integrationType, name } = connection;
	const [row] = await sql<{ configuration: unknown }[]>`
		select configuration
		from integrations
		where organization_id = ${organizationId}
			and integration_type = ${integrationType}
			and name = ${name}
		for no key update`;
	const known = integrationConfigurations[integrationType].partial().safeParse(row?.configuration).data;
	return (known ?? {}) as Partial<z.output<(typeof integrationConfigurations)[Type]>>;
}

/** A configuration after changes. */
export function withChanges(
	before: Readonly<Record<string, unknown>>,
	changes: ConfigurationChanges,
): Record<string, unknown> {
	const given = Object.entries(changes).filter(([, value]) => value !== undefined);
	const after = Object.entries({ ...before, ...Object.fromEntries(given) });
	return Object.fromEntries(after.filter(([, value]) => value !== null));
}
