import { Argument, type Command } from 'commander';

import type { Sql } from '../../../db/connection/client';
import { asOwner } from '../../../db/connection/owner';
import type { ConnectionName } from '../../../db/integration/connection';
import { INTEGRATION_TYPES, type IntegrationType } from '../../../domain/integration/integration';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { getOrganization } from '../getOrganization';

/** Adds the arguments that say which connection is meant. */
export function addConnectionArguments(command: Command): Command {
	return command
		.argument('<slug>', 'the organization')
		.addArgument(new Argument('<kind>', 'what it connects').choices(INTEGRATION_TYPES))
		.argument('[name]', 'its name, where there are several of a kind', 'default');
}

/** Runs `work` in one transaction as the owner, on the connection that the arguments name. */
export function onConnection<T>(
	terminal: Terminal,
	{ slug, kind, name }: { slug: string; kind: IntegrationType; name: string },
	work: (tx: Sql, connection: ConnectionName) => Promise<T>,
): Promise<T> {
	return withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			return await work(tx, { organizationId, integrationType: kind, name });
		}),
	);
}
